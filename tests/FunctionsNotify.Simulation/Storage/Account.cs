using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace FunctionsNotify.Simulation.Storage;

// An Azure Storage account in memory, behind the SDK's own clients: only what the app asks of it. The same conformance
// tests run against it and against Azurite.
internal sealed class Account(Func<DateTimeOffset> now)
{
    private const string Suffix = "simulated.test";

    private static readonly string _connection =
        $"DefaultEndpointsProtocol=https;AccountName=memory;AccountKey={Convert.ToBase64String(new byte[64])};EndpointSuffix={Suffix}";

    public TableService Tables { get; } = new(now);

    public QueueService Queues { get; } = new(now);

    public BlobService Blobs { get; } = new(now);

    public Reply Answer(Call call) => call.Uri.Host.Split('.')[1] switch
    {
        "table" => Tables.Answer(call),
        "queue" => Queues.Answer(call),
        _ => Blobs.Answer(call),
    };

    public static Clients Clients(HttpPipelineTransport transport) => new(_connection, transport);
}

// The clients as the app makes them, without the SDK's own tries and timeouts: those run by the machine's clock.
internal sealed class Clients(string connection, HttpPipelineTransport? transport)
{
    public TableClient Table(string name) => new(connection, name, Calm(new TableClientOptions()));

    public QueueServiceClient Queues { get; } = new(connection, Calm(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, transport));

    public BlobContainerClient Container(string name) => new BlobServiceClient(connection, Calm(new BlobClientOptions(), transport)).GetBlobContainerClient(name);

    private TableClientOptions Calm(TableClientOptions options) => Calm(options, transport);

    private static TOptions Calm<TOptions>(TOptions options, HttpPipelineTransport? transport)
        where TOptions : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        if (transport is not null)
        {
            options.Transport = transport;
        }

        return options;
    }
}

// A request as the service reads it.
internal sealed record Call(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private Dictionary<string, string>? _query;

    public string Service => Uri.Host.Split('.')[1];

    // What the path names below the account.
    public string Path { get; } = Uri.UnescapeDataString(Uri.AbsolutePath.TrimStart('/'));

    public string? this[string header] => Headers.GetValueOrDefault(header);

    public string? Query(string name) => (_query ??= Uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => pair.Length == 2 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : string.Empty, StringComparer.OrdinalIgnoreCase)).GetValueOrDefault(name);

    // Without what the app draws by chance: the id of an audit entry.
    public override string ToString() => $"{Service} {Method} {(Path.IndexOf("'audit-", StringComparison.Ordinal) is >= 0 and var audit ? Path[..audit] : Path)}{(Query("$filter") is { } filter ? $"?{filter}" : Query("comp") is { } comp ? $"?{comp}" : string.Empty)}";
}

internal sealed record Reply(int Status, string Body = "", params (string Name, string Value)[] Headers)
{
    public byte[]? Bytes { get; init; }

    public static Reply Refused(int status, string code, bool json = false) => json
        ? new(status, $$$$"""{"odata.error":{"code":"{{{{code}}}}","message":{"lang":"en-US","value":"refused"}}}""", ("Content-Type", "application/json"), ("x-ms-error-code", code))
        : new(status, $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>refused</Message></Error>", ("Content-Type", "application/xml"), ("x-ms-error-code", code));
}

// Hands the SDK's requests to whoever answers.
internal sealed class MemoryTransport(Func<Call, CancellationToken, ValueTask<Reply>> answer) : HttpPipelineTransport
{
    public override Request CreateRequest() => new MemoryRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        var request = message.Request;
        var body = Array.Empty<byte>();
        if (request.Content is { } content)
        {
            using var buffer = new MemoryStream();
            await content.WriteToAsync(buffer, CancellationToken.None);
            body = buffer.ToArray();
        }

        var headers = request.Headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        message.Response = new MemoryResponse(await answer(new Call(request.Method.Method, request.Uri.ToUri(), headers, body), message.CancellationToken)) { ClientRequestId = request.ClientRequestId };
    }

    private sealed class MemoryRequest : Request
    {
        private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

        public override string ClientRequestId { get; set; } = "simulated";

        public override void Dispose()
        {
        }

        protected override void AddHeader(string name, string value) => _headers[name] = _headers.TryGetValue(name, out var others) ? $"{others},{value}" : value;

        protected override void SetHeader(string name, string value) => _headers[name] = value;

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => _headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = _headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }

        protected override bool ContainsHeader(string name) => _headers.ContainsKey(name);

        protected override bool RemoveHeader(string name) => _headers.Remove(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers.Select(header => new HttpHeader(header.Key, header.Value));
    }

    private sealed class MemoryResponse(Reply reply) : Response
    {
        private readonly Dictionary<string, string> _headers = Headers(reply);

        public override int Status => reply.Status;

        public override string ReasonPhrase => string.Empty;

        public override Stream? ContentStream { get; set; } = new MemoryStream(BytesOf(reply));

        public override string ClientRequestId { get; set; } = "simulated";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => _headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers.Select(header => new HttpHeader(header.Key, header.Value));

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => _headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = _headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }

        private static byte[] BytesOf(Reply reply) => reply.Bytes ?? Encoding.UTF8.GetBytes(reply.Body);

        private static new Dictionary<string, string> Headers(Reply reply)
        {
            var headers = reply.Headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
            headers["Content-Length"] = BytesOf(reply).Length.ToString(CultureInfo.InvariantCulture);
            headers.TryAdd("x-ms-version", "2026-02-06");
            return headers;
        }
    }
}
