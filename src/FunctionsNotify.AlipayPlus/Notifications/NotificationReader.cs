namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Reads and judges the bytes of a notification before they are sent. It never throws, whatever the bytes, and tells
/// every violation at once (at most 50, the last one then counting the rest); time and memory are linear in the size.
/// <list type="bullet">
/// <item>The JSON is strict: UTF-8 without byte order mark, one object, no comments, no trailing commas, at most 16
/// levels, no name given twice in an object (compared after resolving escapes), no half surrogate pairs. <c>[decided]</c></item>
/// <item>Every scalar, at any depth and in fields that we do not know, is a non-empty string; an unused field may be
/// <c>null</c>. <c>[guide]</c> A null among an array's items only warns. <c>[decided]</c></item>
/// <item>Fields that the API's table does not name are passed through, nested ones too. <c>[decided]</c></item>
/// <item>Lengths are counted in Unicode code points. <c>[decided]</c></item>
/// <item>Ids that are blank or hold control characters are refused; blanks around an id warn. <c>[decided]</c></item>
/// <item>Rules read from sibling pages or a cut sentence warn: the lengths of resultCode (64) and resultMessage (256)
/// and a missing paymentTime. <c>[family]</c></item>
/// </list>
/// </summary>
public static class NotificationReader
{
    /// <summary>The largest body that is read, in bytes: what a storage queue's message can hold. <c>[decided]</c></summary>
    public const int MaxBodyBytes = 65_536;

    private const int MaxPaymentIdLength = 256;

    /// <summary>Reads the notification.</summary>
    /// <param name="body">The notification's bytes; only read, never changed.</param>
    /// <returns>What could be read, and every violation.</returns>
    public static NotificationReading Read(ReadOnlyMemory<byte> body)
    {
        var violations = new ViolationList();
        if (body.Length > MaxBodyBytes)
        {
            violations.Refuse(FieldPath.Top, $"must have at most {MaxBodyBytes} bytes [decided]", $"{body.Length} bytes");
            return new NotificationReading { Violations = violations.ToList() };
        }

        var parsed = StrictJson.Parse(body.Span);
        if (parsed.HasByteOrderMark)
        {
            violations.Refuse(FieldPath.Top, "must have no byte order mark [decided]", "byte order mark");
        }

        if (parsed.SyntaxFault is { } fault)
        {
            violations.Refuse(FieldPath.Top, "must be one strict JSON value [decided]", fault);
        }

        var notification = parsed.Root is null
            ? null
            : new NotificationRules(violations, isComplete: parsed.SyntaxFault is null).Judge(parsed.Root);
        return new NotificationReading
        {
            Notification = violations.Refuses ? null : notification,
            PaymentId = ReadablePaymentId(parsed.Root),
            CanonicalHash = parsed is { IsSound: true, Root: { } root } ? CanonicalJson.Hash(root) : null,
            Violations = violations.ToList(),
        };
    }

    // Given twice with different values it could name the wrong payment to whoever reads the outcome.
    private static string? ReadablePaymentId(JsonNode? top)
    {
        string? paymentId = null;
        foreach (var member in top?.Members ?? [])
        {
            if (member.Name != "paymentId")
            {
                continue;
            }

            if (member.Value.Kind != JsonNodeKind.Text || (paymentId is not null && paymentId != member.Value.Text))
            {
                return null;
            }

            paymentId = member.Value.Text;
        }

        return string.IsNullOrEmpty(paymentId) ? null : ForeignText.Cut(paymentId, MaxPaymentIdLength);
    }
}
