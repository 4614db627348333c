namespace FunctionsNotify.DevHost;

/// <summary>How an Azurite is started.</summary>
public sealed record AzuriteOptions
{
    /// <summary>Where it keeps its data; null for a temporary folder that is deleted when it is disposed.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The folder with Azurite's <c>package.json</c>; null for <c>eng/azurite</c> of the repository.</summary>
    public string? PackageDirectory { get; init; }

    /// <summary>How long it may take to answer once it was started; installing is not counted.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
