using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using FunctionsNotify.Client;

namespace FunctionsNotify.App;

// Reads a message's outermost object. With a member functionsNotify it is an envelope, else the bare notification.
// Version 1 has exactly four members. Any other one refuses the message: it is a part of the payment's result that was
// put in the wrong place, or a need that this version does not know, and dropping it could send Alipay+ half of what
// was meant. A trace context that is not one only warns: it is not part of the result.
internal sealed class EnvelopeReader(ReadOnlyMemory<byte> text)
{
    private const int MaxUnknownListed = 20;
    private const int MaxPrintable = 64;

    private static readonly string[] _known =
    [
        NotificationEnvelope.VersionMember, NotificationEnvelope.TraceParentMember, NotificationEnvelope.TraceStateMember, NotificationEnvelope.NotificationMember,
    ];

    // The notification's depth is the notification's rule; the platform's reader does not recurse.
    private static readonly JsonReaderOptions _options = new() { MaxDepth = int.MaxValue };

    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);
    private readonly List<string?> _unknown = [];
    private readonly List<Violation> _violations = [];

    // The message with every violation, without a trace context that breaks a rule and without a notification that is not
    // one object. The notification is the very slice of the text.
    public static DecodedMessage Read(ReadOnlyMemory<byte> text) => new EnvelopeReader(text).Read();

    private DecodedMessage Read()
    {
        var isWhole = true;
        try
        {
            Scan();
        }
        catch (JsonException exception)
        {
            isWhole = false;
            _violations.Add(new Violation("$", "must be one strict JSON value", Severity.Refuse, $"invalid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}"));
        }

        if (!_members.TryGetValue(NotificationEnvelope.VersionMember, out var version))
        {
            // A bare notification's faults, broken JSON among them, are told by its own reader, with the paymentId it could read.
            return new DecodedMessage { Notification = text };
        }

        if (version.Kind != JsonTokenType.Number || !version.Raw.Span.SequenceEqual("1"u8))
        {
            Add(NotificationEnvelope.VersionMember, $"must be the number {NotificationEnvelope.Version}", Severity.Refuse, Shape(version.Kind));
        }

        foreach (var name in _repeated)
        {
            Add(name, "must be given once", Severity.Refuse, "given again");
        }

        foreach (var name in _unknown.Take(MaxUnknownListed))
        {
            Add(Printable(name), "is not a member of version 1; a field of the notification belongs inside notification", Severity.Refuse, "unknown member");
        }

        if (_unknown.Count > MaxUnknownListed)
        {
            _violations.Add(new Violation("$", $"only the first {MaxUnknownListed} unknown members are listed", Severity.Refuse, $"{_unknown.Count - MaxUnknownListed} more unknown members"));
        }

        var notification = JudgeNotification(isWhole);
        var (traceParent, traceState) = JudgeTrace();
        return new DecodedMessage { Notification = notification, TraceParent = traceParent, TraceState = traceState, Violations = _violations };
    }

    private void Scan()
    {
        var reader = new Utf8JsonReader(text.Span, _options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = TextOf(ref reader);
            reader.Read();
            if (name is null || !_known.Contains(name))
            {
                _unknown.Add(name);
                reader.Skip();
                continue;
            }

            if (_members.ContainsKey(name))
            {
                _repeated.Add(name);
            }

            // Up to the end first: where the JSON breaks inside, the notification's own reader may still find the paymentId.
            var start = (int)reader.TokenStartIndex;
            var member = _members[name] = new Member(reader.TokenType, reader.TokenType == JsonTokenType.String ? TextOf(ref reader) : null, text[start..]);
            reader.Skip();
            _members[name] = member with { Raw = text[start..(int)reader.BytesConsumed] };
        }

        // Reading on finds what stands after the object.
        reader.Read();
    }

    private ReadOnlyMemory<byte>? JudgeNotification(bool isWhole)
    {
        var notification = _members.GetValueOrDefault(NotificationEnvelope.NotificationMember);
        if (notification?.Kind == JsonTokenType.StartObject)
        {
            // Of two notifications neither is known to be the one that was meant.
            return _repeated.Contains(NotificationEnvelope.NotificationMember) ? default(ReadOnlyMemory<byte>?) : notification.Raw;
        }

        if (notification is not null)
        {
            Add(NotificationEnvelope.NotificationMember, "must be a JSON object", Severity.Refuse, Shape(notification.Kind));
        }
        else if (isWhole)
        {
            Add(NotificationEnvelope.NotificationMember, "is required", Severity.Refuse, "missing");
        }

        return null;
    }

    private (string? Parent, string? State) JudgeTrace()
    {
        var parent = Given(NotificationEnvelope.TraceParentMember);
        if (parent is not null && !TraceContext.IsParent(parent.Text))
        {
            Add(NotificationEnvelope.TraceParentMember, "should be a W3C traceparent; the trace is dropped", Severity.Warn, Shape(parent.Kind));
            return (null, null);
        }

        var state = Given(NotificationEnvelope.TraceStateMember);
        if (state is not null && (parent is null || !TraceContext.IsState(state.Text)))
        {
            Add(NotificationEnvelope.TraceStateMember, "should be a W3C tracestate beside a traceparent; it is dropped", Severity.Warn, Shape(state.Kind));
            return (parent?.Text, null);
        }

        return (parent?.Text, state?.Text);

        Member? Given(string name) => _members.GetValueOrDefault(name) is { Kind: not JsonTokenType.Null } member ? member : null;
    }

    private void Add(string member, string rule, Severity severity, string shape) => _violations.Add(new Violation("envelope." + member, rule, severity, shape));

    // Null where it is not Unicode: other bytes than UTF-8, or an escaped half of a surrogate pair.
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return Utf8.IsValid(reader.ValueSpan) ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Printable(string? name) => name is null ? "?"
        : string.Concat(name.Take(MaxPrintable).Select(character => Prints(character) ? character : '?')) + (name.Length > MaxPrintable ? "…" : "");

    private static bool Prints(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Shape(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.True or JsonTokenType.False => "boolean",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private sealed record Member(JsonTokenType Kind, string? Text, ReadOnlyMemory<byte> Raw);
}

internal static class TraceContext
{
    private const int ParentLength = 55;
    private const int MaxStateLength = 512;

    private static readonly SearchValues<char> _hex = SearchValues.Create("0123456789abcdef");

    public static bool IsParent(string? value) =>
        value is { Length: ParentLength }
        && value.StartsWith("00-", StringComparison.Ordinal)
        && value[35] == '-'
        && value[52] == '-'
        && IsId(value.AsSpan(3, 32))
        && IsId(value.AsSpan(36, 16))
        && !value.AsSpan(53, 2).ContainsAnyExcept(_hex);

    public static bool IsState(string? value) =>
        value is { Length: > 0 and <= MaxStateLength } && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsId(ReadOnlySpan<char> id) => !id.ContainsAnyExcept(_hex) && id.ContainsAnyExcept('0');
}
