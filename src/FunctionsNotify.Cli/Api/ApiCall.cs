using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Cli;

/// <summary>An address below the API's root, its segments and query values escaped.</summary>
internal sealed class ApiCall
{
    private readonly StringBuilder _query = new();
    private readonly string _path;

    private ApiCall(string path) => _path = path;

    public string Target => _path + _query;

    public static ApiCall To(params IReadOnlyList<string> segments) =>
        // Dots, even escaped ones, are taken for "this folder" and "the folder above" by every HTTP stack.
        segments.Any(segment => segment is "" or "." or "..")
            ? throw CliFault.Usage("An id must not be empty or only dots.")
            : new ApiCall(string.Join('/', segments.Select(Escape)));

    public ApiCall With(string name, string? value)
    {
        if (value is not null)
        {
            _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Escape(value));
        }

        return this;
    }

    public ApiCall With(string name, int? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public ApiCall With(string name, DateTimeOffset? value) => With(name, value is { } time ? Times.Iso(time) : null);

    private static string Escape(string text)
    {
        try
        {
            return Uri.EscapeDataString(text);
        }
        catch (UriFormatException)
        {
            throw CliFault.Usage("An argument is not valid Unicode.");
        }
    }
}

/// <summary>The JSON body of a change.</summary>
internal sealed record CallBody
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    // Null where the sign-in says it.
    public string? Actor { get; init; }

    public required string Reason { get; init; }

    public bool Force { get; init; }

    public int? ExpectedAttempt { get; init; }

    // Null for a call that has no dry run.
    public bool? DryRun { get; init; }

    public IReadOnlyList<string>? PaymentIds { get; init; }

    public IReadOnlyList<string>? QuarantineIds { get; init; }

    public DeliveryFilter? Filter { get; init; }

    public IReadOnlyList<string>? Parts { get; init; }

    // Sent byte for byte as it was given: these bytes are what Alipay+ receives.
    [JsonConverter(typeof(AsGiven))]
    public ReadOnlyMemory<byte>? Body { get; init; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, _options);

    private sealed class AsGiven : JsonConverter<ReadOnlyMemory<byte>>
    {
        public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) => writer.WriteRawValue(value.Span);
    }
}
