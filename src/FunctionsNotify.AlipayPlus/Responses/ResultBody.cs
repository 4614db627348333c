using System.Text.Json;

namespace FunctionsNotify.AlipayPlus;

/// <summary>The <c>result</c> object of an answer, read strictly: what could be read two ways is not read at all. <c>[decided]</c></summary>
internal readonly record struct ResultBody(string? Status, string? Code, string? Message)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = 16,
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
    };

    /// <summary>Reads the body.</summary>
    /// <param name="body">The raw bytes.</param>
    /// <param name="result">The three fields; empty when they cannot be read.</param>
    /// <returns>Null when the result was read, else what is wrong, in a few words.</returns>
    public static string? TryRead(ReadOnlyMemory<byte> body, out ResultBody result)
    {
        result = default;
        if (body.IsEmpty)
        {
            return "the body is empty";
        }

        if (body.Span.StartsWith(ByteOrderMark))
        {
            body = body[ByteOrderMark.Length..];
        }

        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return Read(document.RootElement, out result);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8 or holds half a surrogate pair.
            result = default;
            return "the body is no readable JSON";
        }
    }

    private static string? Read(JsonElement root, out ResultBody body)
    {
        body = default;
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("result"u8, out var result)
            || result.ValueKind != JsonValueKind.Object)
        {
            return "the body holds no result object";
        }

        if (!TryText(result, "resultStatus"u8, out var status)
            || !TryText(result, "resultCode"u8, out var code)
            || !TryText(result, "resultMessage"u8, out var message))
        {
            return "a field of the result is not a string";
        }

        body = new ResultBody(status, code, message);
        return null;
    }

    // A field that is null counts as left out [guide].
    private static bool TryText(JsonElement result, ReadOnlySpan<byte> name, out string? text)
    {
        text = null;
        if (!result.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        text = value.GetString();
        return true;
    }
}
