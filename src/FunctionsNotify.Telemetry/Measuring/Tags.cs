namespace FunctionsNotify.Telemetry;

/// <summary>Writes attributes shortly.</summary>
internal static class Tags
{
    public static KeyValuePair<string, object?> Of(string name, string value) => new(name, value);
}
