using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsNotify.Cli;

/// <summary>JSON that the command line gives.</summary>
internal static class GivenJson
{
    /// <summary>One JSON object.</summary>
    /// <exception cref="CliFault">It is none.</exception>
    public static JsonObject Object(string option, byte[] content)
    {
        try
        {
            if (JsonNode.Parse(content, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject found)
            {
                return found;
            }
        }
        catch (JsonException exception)
        {
            // Its message may quote the content.
            throw CliFault.Usage($"{option}: must be one JSON object; is no JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
        }

        throw CliFault.Usage($"{option}: must be one JSON object");
    }
}
