namespace FunctionsNotify.Simulator;

/// <summary>What a simulator is started with.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The client id that is known when none is named; <c>SANDBOX_</c> is Alipay+'s mark for its sandbox. <c>[family]</c></summary>
    public const string DefaultClientId = "SANDBOX_5YDEVELOPMENT";

    /// <summary>The port on the loopback address; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The folder of the development keys; made when missing.</summary>
    public required string KeysDirectory { get; init; }

    /// <summary>The only client id that is known: 1–64 letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string ClientId { get; init; } = DefaultClientId;

    /// <summary>The most requests that are remembered; the oldest are dropped, and counted. 1 or more.</summary>
    public int MaxRecords { get; init; } = 50_000;

    /// <summary>The most request bytes (bodies and headers) that are remembered; the oldest are dropped, and counted. 1 or more.</summary>
    public long MaxRecordBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The most payments whose acknowledged body is remembered, to notice contradictions; further ones are only counted. 1 or more.</summary>
    public int MaxPayments { get; init; } = 1_000_000;

    /// <summary>How far a Request-Time may be from the clock before the verdict warns. <c>[decided]</c></summary>
    public TimeSpan RequestTimeTolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        ArgumentException.ThrowIfNullOrWhiteSpace(KeysDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecords, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecordBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPayments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestTimeTolerance, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (!IsClientId(ClientId))
        {
            throw new ArgumentException($"ClientId must be 1-64 letters, digits, '_' and '-'; found {ClientId?.Length ?? 0} characters.");
        }
    }

    internal static bool IsClientId(string? clientId) =>
        clientId is { Length: > 0 and <= 64 } && clientId.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-');
}
