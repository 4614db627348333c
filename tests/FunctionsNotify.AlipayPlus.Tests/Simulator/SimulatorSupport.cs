using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

/// <summary>A small acquirer of the tests' own: signs, posts, reads what comes back, and judges nothing.</summary>
internal sealed class Acquirer : IDisposable
{
    private readonly HttpClient _http;
    private readonly PemRequestSigner _signer;

    public Acquirer(SimulatorServer server)
        : this(server.BaseAddress, File.ReadAllText(server.Keys.AcquirerPrivateKeyPath), server.Keys.AlipayPlusPublicKeysPath, server.ClientId)
    {
    }

    public Acquirer(Uri address, string privateKey, string publicKeysFolder, string clientId)
    {
        ClientId = clientId;
        _signer = PemRequestSigner.FromText(privateKey, DevelopmentKeys.KeyVersion);
        AlipayPlusKeys = PublicKeyRing.FromTexts(Directory.EnumerateFiles(publicKeysFolder, "*.pem").Select(file => KeyValuePair.Create(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file))));
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = address };
    }

    public string ClientId { get; }

    public PublicKeyRing AlipayPlusKeys { get; }

    public static string Notification(string paymentId, string status = "S", string? code = null) =>
        $$"""{"paymentResult":{"resultStatus":"{{status}}","resultCode":"{{code ?? (status == "S" ? "SUCCESS" : "RISK_REJECT")}}"},"paymentId":"{{paymentId}}","paymentRequestId":"r-1","paymentTime":"2020-01-01T12:01:01+08:30"}""";

    public static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    public string SignatureOf(ReadOnlySpan<byte> body, string time, string? clientId = null, string path = NotifyPushPayment.Path) =>
        SignatureHeader.Format(DevelopmentKeys.KeyVersion, _signer.Sign(SignatureContent.Build(path, clientId ?? ClientId, time, body)));

    public HttpRequestMessage Request(byte[] body, Action<HttpRequestMessage>? change = null, string? time = null)
    {
        time ??= Now();
        var request = new HttpRequestMessage(HttpMethod.Post, NotifyPushPayment.Path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(NotifyPushPayment.ContentType);
        request.Headers.TryAddWithoutValidation("Client-Id", ClientId);
        request.Headers.TryAddWithoutValidation("Request-Time", time);
        request.Headers.TryAddWithoutValidation("Signature", SignatureOf(body, time));
        change?.Invoke(request);
        return request;
    }

    public Task<Answer> SendAsync(string body, Action<HttpRequestMessage>? change = null, string? time = null) =>
        SendAsync(Encoding.UTF8.GetBytes(body), change, time);

    public async Task<Answer> SendAsync(byte[] body, Action<HttpRequestMessage>? change = null, string? time = null)
    {
        using var request = Request(body, change, time);
        using var response = await _http.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>The raw bytes of the answer until the connection ends, with the status line and headers.</summary>
    public async Task<(byte[] Bytes, bool WasReset)> SendRawAsync(string notification)
    {
        var body = Encoding.UTF8.GetBytes(notification);
        var time = Now();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _http.BaseAddress!.Port);
        var head = $"POST {NotifyPushPayment.Path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + $"Client-Id: {ClientId}\r\nRequest-Time: {time}\r\nSignature: {SignatureOf(body, time)}\r\nContent-Length: {body.Length}\r\n\r\n";
        await socket.SendAsync(Encoding.UTF8.GetBytes(head));
        await socket.SendAsync(body);
        using var received = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer)) > 0)
            {
                received.Write(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            return (received.ToArray(), true);
        }

        return (received.ToArray(), false);
    }

    public void Dispose()
    {
        _http.Dispose();
        _signer.Dispose();
        AlipayPlusKeys.Dispose();
    }
}

/// <summary>An answer as it came over the wire, read whole.</summary>
internal sealed record Answer(int HttpStatus, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string Status => Result("resultStatus");

    public string Code => Result("resultCode");

    public Verification Verify(PublicKeyRing keys, byte[]? otherBody = null, string? otherTime = null) => keys.Verify(
        SignatureContent.Build(NotifyPushPayment.Path, Header("Client-Id") ?? "", otherTime ?? Header("Response-Time") ?? "", otherBody ?? Body),
        Header("Signature"));

    private string Result(string name)
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.GetProperty("result").GetProperty(name).GetString()!;
    }
}

internal static class Poll
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Deadline, $"The condition did not hold within {Deadline}.");
            await Task.Delay(10);
        }
    }
}

/// <summary>One folder of development keys for every test that does not test the keys: making a pair takes a while.</summary>
internal static class SharedKeys
{
    private static readonly Lazy<TemporaryFolder> Made = new(() =>
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    });

    public static string Folder => Made.Value.Path;
}

/// <summary>One simulator for a class of tests; each test uses payments of its own.</summary>
public sealed class SimulatorFixture : IAsyncLifetime
{
    public SimulatorServer Server { get; private set; } = null!;

    internal Acquirer Acquirer { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = SharedKeys.Folder });
        Acquirer = new Acquirer(Server);
    }

    public async Task DisposeAsync()
    {
        Acquirer.Dispose();
        await Server.DisposeAsync();
    }

    internal static string NewPaymentId() => $"p-{Guid.NewGuid():N}";
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("notify-simulator-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
