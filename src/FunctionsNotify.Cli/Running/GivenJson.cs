using System.Runtime.InteropServices;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>JSON that the command line gives.</summary>
internal static class GivenJson
{
    /// <summary>One JSON object, byte for byte as it was given.</summary>
    /// <exception cref="CliFault">It is none.</exception>
    public static ReadOnlyMemory<byte> Object(string option, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray();
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
