namespace FunctionsNotify.AlipayPlus;

/// <summary>What reading a notification's bytes came to: every violation at once, and what could be read.</summary>
public sealed record NotificationReading
{
    /// <summary>The notification; null when a rule refuses it.</summary>
    public PaymentNotification? Notification { get; init; }

    /// <summary>The paymentId where it could be read as a string, also from a notification that is refused (at most 256 characters).</summary>
    public string? PaymentId { get; init; }

    /// <summary>The SHA-256 of the canonical JSON, lower-case hex; null when the JSON itself could not be read. <c>[decided]</c></summary>
    public string? CanonicalHash { get; init; }

    /// <summary>Every violated rule, refusals and warnings, in the order of the fields.</summary>
    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>True when no rule refuses the notification.</summary>
    public bool IsAccepted => Notification is not null;

    /// <summary>The violations that only warn.</summary>
    public IEnumerable<Violation> Warnings => Violations.Where(violation => violation.Severity == Severity.Warn);

    /// <summary>The violations that refuse the notification.</summary>
    public IEnumerable<Violation> Refusals => Violations.Where(violation => violation.Severity == Severity.Refuse);
}
