using System.Security.Cryptography;

namespace FunctionsNotify.Cli;

/// <summary>What a run of the program sees of the world around it.</summary>
internal sealed record CliHost
{
    /// <summary>Standard output: what was asked for, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: progress, hints and faults.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>An environment variable; null when it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The signed-in user.</summary>
    public required string User { get; init; }

    /// <summary>True when a person reads standard output.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>True when a person reads standard error.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Reads a person's answer to a question on standard error; null when nobody can be asked.</summary>
    public Func<string?>? ReadAnswer { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the key of a redelivery: the same key again is the same redelivery.</summary>
    public Func<string> NewIdempotencyKey { get; init; } = () => "notify-" + RandomNumberGenerator.GetHexString(20, lowercase: true);

    /// <summary>Makes the identity for <c>--queue-uri</c> and <c>--entra-scope</c>.</summary>
    public Func<Azure.Core.TokenCredential> Identity { get; init; } = () => new Azure.Identity.DefaultAzureCredential();

    /// <summary>The console of this process.</summary>
    public static CliHost OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        Variable = Environment.GetEnvironmentVariable,
        User = Environment.UserName,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        ReadAnswer = Console.IsInputRedirected ? null : Console.ReadLine,
    };
}
