using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Simulator;

/// <summary>The control API's JSON: camelCase names, kebab-case words for enums.</summary>
internal static class ControlJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false), new ScriptJsonConverter() },
    };

    /// <summary>An enum's word, such as <c>wrong-key</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
