namespace FunctionsNotify.App;

internal sealed record Caller(string? Name)
{
    public static Caller Nameless { get; } = new((string?)null);
}
