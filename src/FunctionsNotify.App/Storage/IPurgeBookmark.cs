namespace FunctionsNotify.App;

// Where the purge of claims goes on: one run looks at a part of them only, and the next at the part after it.
internal interface IPurgeBookmark
{
    Task<string?> GetAsync(CancellationToken cancellationToken);

    Task SetAsync(string? continuation, CancellationToken cancellationToken);
}
