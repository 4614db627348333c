using System.Text.Json;
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
