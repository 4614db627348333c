namespace FunctionsNotify.Operations;

/// <summary>Who calls.</summary>
/// <param name="Name">The name that the platform vouches for; null where it vouches for nobody.</param>
public sealed record Caller(string? Name)
{
    /// <summary>A caller that the platform let in without a name.</summary>
    public static Caller Nameless { get; } = new((string?)null);
}
