namespace FunctionsNotify.App;

// Finds the notification's bytes in a queue message. Pure; never throws on any input.
internal interface IMessageCodec
{
    DecodedMessage Decode(ReadOnlyMemory<byte> content);
}

internal sealed record DecodedMessage
{
    // The exact slice of bytes of the notification; null when none was found. It may stand beside a refusal, so that
    // the notification's own violations and its paymentId are told too.
    public ReadOnlyMemory<byte>? Notification { get; init; }

    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    public IReadOnlyList<Violation> Violations { get; init; } = [];

    public bool IsAccepted => Notification is not null && Violations.All(violation => violation.Severity == Severity.Warn);
}
