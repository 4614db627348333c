namespace FunctionsNotify.Deliveries;

/// <summary>Where the purge of claims goes on: one run looks at a part of them only, and the next at the part after it.</summary>
public interface IPurgeBookmark
{
    /// <summary>The continuation that was kept last; null to start at the beginning.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<string?> GetAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a continuation.</summary>
    /// <param name="continuation">Where to go on; null for the beginning.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task SetAsync(string? continuation, CancellationToken cancellationToken);
}
