namespace FunctionsNotify.App;

internal static class Tags
{
    public static KeyValuePair<string, object?> Of(string name, string value) => new(name, value);
}
