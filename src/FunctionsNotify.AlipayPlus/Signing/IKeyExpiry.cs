namespace FunctionsNotify.AlipayPlus;

/// <summary>Knows when our signing key ends, or does not. Several may know; the earliest end counts.</summary>
public interface IKeyExpiry
{
    /// <summary>When the key ends, UTC; null when it has no end or none is known. Infrastructure faults throw.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    ValueTask<DateTimeOffset?> GetAsync(CancellationToken cancellationToken);
}
