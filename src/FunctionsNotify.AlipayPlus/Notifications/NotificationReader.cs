using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace FunctionsNotify.AlipayPlus;

/// <summary>Whether a violated rule keeps a notification from being sent.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>The rule is Alipay+'s own word: the notification is not sent.</summary>
    Refuse,

    /// <summary>The rule is only inferred: the notification is sent, Alipay+ decides.</summary>
    Warn,
}

/// <summary>One violated rule. Says the value's shape, never the value.</summary>
/// <param name="Field">The field's path from the notification's top, such as <c>paymentResult.resultCode</c>; <c>$</c> for the whole.</param>
/// <param name="Rule">The rule in one short sentence.</param>
/// <param name="Severity">Refuse or warn.</param>
/// <param name="Shape">What was found, such as <c>string of 80 characters</c>, <c>number</c>, <c>missing</c>.</param>
public sealed record Violation(string Field, string Rule, Severity Severity, string Shape)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Rule} (found {Shape})";
}

/// <summary>What reading a notification's bytes came to: every violation at once, and what could be read.</summary>
public sealed record NotificationReading
{
    /// <summary>The notification; null when a rule refuses it.</summary>
    public PaymentNotification? Notification { get; init; }

    /// <summary>The paymentId where it could be read, also from a notification that is refused.</summary>
    public string? PaymentId { get; init; }

    /// <summary>The SHA-256 of the canonical JSON, lower-case hex; null when the JSON itself could not be read.</summary>
    public string? CanonicalHash { get; init; }

    /// <summary>Every violated rule, refusals and warnings.</summary>
    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>True when no rule refuses it; it may still carry warnings.</summary>
    public bool IsAccepted => Notification is not null;

    /// <summary>The violations that only warn.</summary>
    public IEnumerable<Violation> Warnings => Violations.Where(violation => violation.Severity == Severity.Warn);

    /// <summary>The violations that refuse the notification.</summary>
    public IEnumerable<Violation> Refusals => Violations.Where(violation => violation.Severity == Severity.Refuse);
}

/// <summary>
/// Reads and judges the bytes of a notification before they are sent. It never throws, whatever the bytes. A text that is
/// not strict JSON has one fault; of JSON every broken rule is told, at most 50, the last one then counting the rest.
/// </summary>
public static class NotificationReader
{
    /// <summary>The largest body that is read, in bytes: what a storage queue's message can hold.</summary>
    public const int MaxBodyBytes = 65_536;

    /// <summary>The deepest nesting of objects and arrays, the outermost counting as 1.</summary>
    public const int MaxDepth = 16;

    private static readonly string StrictRule = $"must be one strict JSON value in UTF-8, without byte order mark and nested at most {MaxDepth} levels";

    // Repeated names are judged field by field instead, so that they do not hide the other violations.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = true };

    /// <summary>Reads the notification; the bytes are never changed.</summary>
    public static NotificationReading Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBodyBytes)
        {
            return Unread($"must have at most {MaxBodyBytes} bytes", $"{body.Length} bytes");
        }

        if (body.IsEmpty || !Utf8.IsValid(body.Span))
        {
            return Unread(StrictRule, body.IsEmpty ? "nothing" : "bytes that are not UTF-8");
        }

        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return new NotificationRules().Judge(document.RootElement);
        }
        catch (JsonException fault)
        {
            // Its message quotes the input, so only the place is kept.
            return Unread(StrictRule, $"invalid JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}");
        }
    }

    private static NotificationReading Unread(string rule, string shape) =>
        new() { Violations = [new Violation(NotificationRules.Top, rule, Severity.Refuse, shape)] };
}
