namespace FunctionsNotify.DevHost;

/// <summary>What is known of a sample, as it is shown.</summary>
internal sealed record DemoRow(Sample Sample)
{
    /// <summary>Its state in one word.</summary>
    public string State { get; init; } = "not sent";

    /// <summary>How many attempts were made.</summary>
    public int Attempts { get; init; }

    /// <summary>What the last attempt came to.</summary>
    public string LastAnswer { get; init; } = string.Empty;

    /// <summary>When the next attempt is due; null when none is.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>Null while it is open; then true when it ended as it has to.</summary>
    public bool? IsAsExpected { get; init; }

    /// <summary>The id of its message on the queue; null before it was sent.</summary>
    public string? MessageId { get; init; }

    /// <summary>The wait for the next try, for people.</summary>
    public string NextTryIn(DateTimeOffset now) => NextTry is not { } due ? string.Empty : due <= now ? "now" : $"in {(due - now).TotalSeconds:0.0} s";
}
