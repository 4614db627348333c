using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

// A message that could not become a delivery, with its bytes and every reason.
internal sealed record QuarantineRecord
{
    private const int LongestPlainMessageId = 64;

    private const int DayLength = 8;
    private const int TicksLength = 19;
    private const int HashLength = 64;
    private const string Extension = ".json";

    private static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public int SchemaVersion { get; init; } = 1;

    public string QuarantineId => IdOf(MessageId, InsertedAt);

    public required MessageState State { get; init; }

    public QuarantineStatus Status { get; init; } = QuarantineStatus.Waiting;

    public required string MessageId { get; init; }

    public required DateTimeOffset InsertedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FromPoisonQueue { get; init; }

    public required DateTimeOffset QuarantinedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentId { get; init; }

    // For a conflict: when the content that stands was accepted, UTC. Once that claim is purged, intake cannot see the
    // conflict any more.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ClaimedAt { get; init; }

    public required ImmutableArray<Violation> Reasons { get; init; }

    public required ReadOnlyMemory<byte> Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? Correction { get; init; }

    public ImmutableArray<QuarantineEntry> History { get; init => field = value.IsDefault ? [] : value; } = [];

    // The id of a message's record. A storage queue's message ids are GUIDs; any other id that is not plain is hashed,
    // so that none can leave its place.
    public static string IdOf(string messageId, DateTimeOffset insertedAt)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        var utc = insertedAt.UtcDateTime;
        var name = messageId.Length is > 0 and <= LongestPlainMessageId && !messageId.AsSpan().ContainsAnyExcept(_plain)
            ? messageId
            : "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)));
        return string.Create(CultureInfo.InvariantCulture, $"{utc:yyyyMMdd}/{DateTime.MaxValue.Ticks - utc.Ticks:D19}-{name}{Extension}");
    }

    public static bool IsId(string? text)
    {
        const int NameAt = DayLength + 1 + TicksLength + 1;
        if (text is null || text.Length <= NameAt + Extension.Length || !text.EndsWith(Extension, StringComparison.Ordinal))
        {
            return false;
        }

        var name = text.AsSpan()[NameAt..^Extension.Length];
        return IsDigits(text.AsSpan(0, DayLength))
            && text[DayLength] == '/'
            && IsDigits(text.AsSpan(DayLength + 1, TicksLength))
            && text[NameAt - 1] == '-'
            && (name is ['~', .. var hash]
                ? hash.Length == HashLength && !hash.ContainsAnyExcept(_plain)
                : name.Length <= LongestPlainMessageId && !name.ContainsAnyExcept(_plain));
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}

internal sealed record QuarantineEntry
{
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required QuarantineStatus Status { get; init; }

    public required string Actor { get; init; }

    public required string Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Overrode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MessageId { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<QuarantineStatus>))]
public enum QuarantineStatus
{
    Waiting,

    Requeuing,

    Requeued,

    Discarded,
}
