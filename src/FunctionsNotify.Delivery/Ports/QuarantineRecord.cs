using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>A message that could not become a delivery, with its bytes and every reason.</summary>
public sealed record QuarantineRecord
{
    private const int LongestPlainMessageId = 64;

    private const int DayLength = 8;
    private const int TicksLength = 19;
    private const int HashLength = 64;
    private const string Extension = ".json";

    private static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The record's id and blob name: <c>yyyyMMdd/&lt;inverted ticks&gt;-&lt;message id&gt;.json</c>, newest first within a day.</summary>
    public string QuarantineId => IdOf(MessageId, InsertedAt);

    /// <summary>Invalid or Conflict.</summary>
    public required MessageState State { get; init; }

    /// <summary>Waiting for an operator, or what the operator did.</summary>
    public QuarantineStatus Status { get; init; } = QuarantineStatus.Waiting;

    /// <summary>The queue message's id; that of its copy in the poison queue when it was taken from there.</summary>
    public required string MessageId { get; init; }

    /// <summary>When the message was put on the queue, UTC; on the poison queue when it was taken from there.</summary>
    public required DateTimeOffset InsertedAt { get; init; }

    /// <summary>True when the message was taken from the poison queue: a moved message has a new id and a new insertion time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FromPoisonQueue { get; init; }

    /// <summary>When it was quarantined, UTC.</summary>
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>The payment, where it could be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PaymentId { get; init; }

    /// <summary>For a conflict: when the content that stands was accepted, UTC. Once that claim is purged, intake cannot see the conflict any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Every reason.</summary>
    public required ImmutableArray<Violation> Reasons { get; init; }

    /// <summary>The message's bytes exactly as the queue held them; base64 in JSON.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The message that an operator requeues instead of <see cref="Content"/>; base64 in JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? Correction { get; init; }

    /// <summary>What operators did, oldest first.</summary>
    public ImmutableArray<QuarantineEntry> History { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// The id of a message's record. A storage queue's message ids are GUIDs; any other id that is not plain is hashed,
    /// so that none can leave its place.
    /// </summary>
    /// <param name="messageId">The queue message's id.</param>
    /// <param name="insertedAt">When it was put on the queue.</param>
    public static string IdOf(string messageId, DateTimeOffset insertedAt)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        var utc = insertedAt.UtcDateTime;
        var name = messageId.Length is > 0 and <= LongestPlainMessageId && !messageId.AsSpan().ContainsAnyExcept(_plain)
            ? messageId
            : "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)));
        return string.Create(CultureInfo.InvariantCulture, $"{utc:yyyyMMdd}/{DateTime.MaxValue.Ticks - utc.Ticks:D19}-{name}{Extension}");
    }

    /// <summary>True for a text that can be a record's id.</summary>
    /// <param name="text">The text.</param>
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
