namespace FunctionsNotify.DevHost;

/// <summary>What a host runs, and with which settings.</summary>
internal sealed record FunctionsHostOptions
{
    /// <summary>The build output of an isolated Functions app.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>Of the HTTP API on 127.0.0.1; a port that is asked for and taken is a fault, 0 is any. Null: 7071, or any where that is taken.</summary>
    public int? Port { get; init; }

    /// <summary>The app's whole environment, by the names of environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>
    /// For tests that kill the host: a queue message that it held comes back after <see cref="QueueLease.Short"/> in place
    /// of the ten minutes that the queue trigger asks for.
    /// </summary>
    public bool ShortLeases { get; init; }
}
