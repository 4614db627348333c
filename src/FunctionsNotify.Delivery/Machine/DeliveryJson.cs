using System.Text.Encodings.Web;
using System.Text.Json;

namespace FunctionsNotify.Deliveries;

// How our records are written as JSON everywhere but in Durable's own history: camel case, text as it is.
internal static class DeliveryJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Our JSON goes to queues, files and API clients, never into HTML unescaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
