using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace FunctionsNotify.Simulator;

/// <summary>One request as it came in, what was found in it and what it was answered. Recorded before the answer is sent.</summary>
public sealed record ReceivedRequest
{
    /// <summary>The place in the order of records: 1, 2, 3 …, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the request's headers had arrived.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The headers, in the sender's spelling; a header that came several times has several values.</summary>
    public required IReadOnlyDictionary<string, string[]> Headers { get; init; }

    /// <summary>The exact bytes of the body (JSON: <c>bodyBase64</c>).</summary>
    [JsonPropertyName("bodyBase64")]
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body as text; null when it is not valid UTF-8.</summary>
    public string? BodyText => Utf8.IsValid(Body.Span) ? System.Text.Encoding.UTF8.GetString(Body.Span) : null;

    /// <summary>The payment's id where it could be read (at most 256 characters), also from a request that was refused.</summary>
    public string? PaymentId { get; init; }

    /// <summary>What the checks found.</summary>
    public required RequestVerdict Verdict { get; init; }

    /// <summary>What the request was answered.</summary>
    public required AnswerRecord Answer { get; init; }

    /// <summary>A header's value, its values joined by commas where it came several times; null when it did not come.</summary>
    /// <param name="name">The name, in any case.</param>
    public string? Header(string name)
    {
        foreach (var (key, values) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return string.Join(", ", values);
            }
        }

        return null;
    }
}
