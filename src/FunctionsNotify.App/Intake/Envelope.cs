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
internal static class EnvelopeReader
{
    private static readonly JsonReaderOptions _options = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
        // The notification's depth is the notification's rule; the platform's reader does not recurse.
        MaxDepth = int.MaxValue,
    };

    public static DecodedMessage Read(ReadOnlyMemory<byte> text)
    {
        var envelope = new Envelope();
        try
        {
            Scan(text, envelope);
        }
        catch (JsonException exception)
        {
            envelope.SyntaxFault = $"invalid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
        }

        // A bare notification's faults, broken JSON among them, are told by its own reader, with the paymentId it could read.
        return envelope.IsEnvelope ? EnvelopeRules.Judge(envelope) : new DecodedMessage { Notification = text };
    }

    private static void Scan(ReadOnlyMemory<byte> text, Envelope envelope)
    {
        var reader = new Utf8JsonReader(text.Span, _options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = JsonNames.Find(ref reader, Envelope.Members);
            var isRepeated = member is null ? Note(ref reader, envelope) : !envelope.Seen.Add(member);
            if (isRepeated && member is not null)
            {
                envelope.Repeated.Add(member);
            }

            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            switch (member)
            {
                case NotificationEnvelope.VersionMember:
                    envelope.IsVersionKnown = kind == JsonTokenType.Number && reader.ValueSpan.SequenceEqual("1"u8);
                    envelope.VersionKind = kind;
                    break;
                case NotificationEnvelope.TraceParentMember:
                    envelope.TraceParentKind = kind;
                    envelope.TraceParent = JsonNames.ReadText(ref reader);
                    break;
                case NotificationEnvelope.TraceStateMember:
                    envelope.TraceStateKind = kind;
                    envelope.TraceState = JsonNames.ReadText(ref reader);
                    break;
            }

            if (member != NotificationEnvelope.NotificationMember)
            {
                reader.Skip();
                continue;
            }

            // Up to the end first: where the JSON breaks inside, its own reader may still find the paymentId.
            envelope.NotificationKind = kind;
            envelope.Notification = text[start..];
            reader.Skip();
            envelope.Notification = text[start..(int)reader.BytesConsumed];
        }

        // Reading on finds what stands after the object.
        reader.Read();
    }

    private static bool Note(ref Utf8JsonReader reader, Envelope envelope)
    {
        envelope.UnknownCount++;
        if (envelope.Unknown.Count < Envelope.MaxUnknownListed)
        {
            envelope.Unknown.Add(JsonNames.Printable(ref reader));
        }

        return false;
    }
}

internal sealed class Envelope
{
    public const int MaxUnknownListed = 20;

    public static readonly string[] Members =
    [
        NotificationEnvelope.VersionMember,
        NotificationEnvelope.TraceParentMember,
        NotificationEnvelope.TraceStateMember,
        NotificationEnvelope.NotificationMember,
    ];

    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Repeated { get; } = new(StringComparer.Ordinal);

    public List<string> Unknown { get; } = [];

    public int UnknownCount { get; set; }

    public string? SyntaxFault { get; set; }

    public bool IsVersionKnown { get; set; }

    public JsonTokenType VersionKind { get; set; }

    public string? TraceParent { get; set; }

    public JsonTokenType TraceParentKind { get; set; }

    public string? TraceState { get; set; }

    public JsonTokenType TraceStateKind { get; set; }

    public ReadOnlyMemory<byte>? Notification { get; set; }

    public JsonTokenType NotificationKind { get; set; }

    public bool IsEnvelope => Seen.Contains(NotificationEnvelope.VersionMember);
}

internal static class EnvelopeRules
{
    // The message with every violation, without a trace context that breaks a rule and without a notification that is
    // not one object.
    public static DecodedMessage Judge(Envelope envelope)
    {
        var violations = new List<Violation>();
        if (envelope.SyntaxFault is { } fault)
        {
            violations.Add(new Violation("$", "must be one strict JSON value", Severity.Refuse, fault));
        }

        if (!envelope.IsVersionKnown)
        {
            violations.Add(Refuse(NotificationEnvelope.VersionMember, $"must be the number {NotificationEnvelope.Version}", Shape(envelope.VersionKind)));
        }

        foreach (var member in envelope.Repeated)
        {
            violations.Add(Refuse(member, "must be given once", "given again"));
        }

        foreach (var member in envelope.Unknown)
        {
            violations.Add(Refuse(member, "is not a member of version 1; a field of the notification belongs inside notification", "unknown member"));
        }

        if (envelope.UnknownCount > envelope.Unknown.Count)
        {
            violations.Add(new Violation("$", $"only the first {Envelope.MaxUnknownListed} unknown members are listed", Severity.Refuse, $"{envelope.UnknownCount - envelope.Unknown.Count} more unknown members"));
        }

        var notification = JudgeNotification(envelope, violations);
        var (traceParent, traceState) = JudgeTrace(envelope, violations);
        return new DecodedMessage { Notification = notification, TraceParent = traceParent, TraceState = traceState, Violations = violations };
    }

    private static ReadOnlyMemory<byte>? JudgeNotification(Envelope envelope, List<Violation> violations)
    {
        if (envelope.NotificationKind == JsonTokenType.StartObject)
        {
            // Of two notifications neither is known to be the one that was meant.
            return envelope.Repeated.Contains(NotificationEnvelope.NotificationMember) ? null : envelope.Notification;
        }

        if (envelope.NotificationKind != JsonTokenType.None)
        {
            violations.Add(Refuse(NotificationEnvelope.NotificationMember, "must be a JSON object", Shape(envelope.NotificationKind)));
        }
        else if (envelope.SyntaxFault is null)
        {
            violations.Add(Refuse(NotificationEnvelope.NotificationMember, "is required", "missing"));
        }

        return null;
    }

    private static (string? Parent, string? State) JudgeTrace(Envelope envelope, List<Violation> violations)
    {
        if (envelope.TraceParentKind is not (JsonTokenType.None or JsonTokenType.Null) && !TraceContext.IsParent(envelope.TraceParent))
        {
            violations.Add(Warn(NotificationEnvelope.TraceParentMember, "should be a W3C traceparent; the trace is dropped", Shape(envelope.TraceParentKind)));
            return (null, null);
        }

        if (envelope.TraceStateKind is JsonTokenType.None or JsonTokenType.Null)
        {
            return (envelope.TraceParent, null);
        }

        if (envelope.TraceParent is null || !TraceContext.IsState(envelope.TraceState))
        {
            violations.Add(Warn(NotificationEnvelope.TraceStateMember, "should be a W3C tracestate beside a traceparent; it is dropped", Shape(envelope.TraceStateKind)));
            return (envelope.TraceParent, null);
        }

        return (envelope.TraceParent, envelope.TraceState);
    }

    private static Violation Refuse(string member, string rule, string shape) => new("envelope." + member, rule, Severity.Refuse, shape);

    private static Violation Warn(string member, string rule, string shape) => new("envelope." + member, rule, Severity.Warn, shape);

    private static string Shape(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "boolean",
        JsonTokenType.Null => "null",
        _ => "missing",
    };
}



// Names and texts of a JSON reader, without the exceptions that it throws at text that is not Unicode.
internal static class JsonNames
{
    private const int MaxPrintable = 64;

    public static string? Find(ref Utf8JsonReader reader, string[] names)
    {
        foreach (var name in names)
        {
            if (reader.ValueIsEscaped ? EqualsEscaped(reader.ValueSpan, name) : reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        return null;
    }

    public static string? ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !Utf8.IsValid(reader.ValueSpan))
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair.
            return null;
        }
    }

    public static string Printable(ref Utf8JsonReader reader)
    {
        if (ReadText(ref reader) is not { } name)
        {
            return "?";
        }

        var cut = name.AsSpan(0, Math.Min(name.Length, MaxPrintable));
        var printable = string.Create(cut.Length, name, static (target, source) =>
        {
            for (var index = 0; index < target.Length; index++)
            {
                target[index] = Prints(source[index]) ? source[index] : '?';
            }
        });
        return name.Length > MaxPrintable ? printable + "…" : printable;
    }

    private static bool Prints(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    // The reader has checked the syntax of escapes, so each is complete.
    private static bool EqualsEscaped(ReadOnlySpan<byte> written, string name)
    {
        foreach (var character in name)
        {
            if (written.IsEmpty)
            {
                return false;
            }

            int unit = written[0];
            var length = 1;
            if (unit == '\\')
            {
                if (written[1] != 'u' || !int.TryParse(written[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit))
                {
                    return false;
                }

                length = 6;
            }

            if (unit != character)
            {
                return false;
            }

            written = written[length..];
        }

        return written.IsEmpty;
    }
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
