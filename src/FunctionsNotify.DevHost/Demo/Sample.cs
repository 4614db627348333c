using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.DevHost;

/// <summary>One sample of <c>samples/</c>: a message's bytes as they are put on the queue, the simulator's answers, and how it has to end.</summary>
internal sealed record Sample
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The folder's name.</summary>
    [JsonIgnore]
    public string Name { get; private init; } = string.Empty;

    /// <summary>The message, byte for byte.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Message { get; private init; }

    /// <summary>What it shows.</summary>
    public required string Title { get; init; }

    /// <summary>The payment that the message names.</summary>
    public required string PaymentId { get; init; }

    /// <summary>The sample that has to be decided before this one is put on the queue; null for none.</summary>
    public string? After { get; init; }

    /// <summary>The script that the simulator answers this payment by, as its control API takes it; null for S.</summary>
    public JsonElement? Answers { get; init; }

    /// <summary>The script is taken away after so many attempts: what was wrong is mended.</summary>
    public int? MendedAfterAttempts { get; init; }

    /// <summary>How it has to end.</summary>
    public required SampleExpectation Expected { get; init; }

    /// <summary>Reads every sample of a folder, in order of their names.</summary>
    /// <exception cref="InvalidDataException">A sample cannot be read.</exception>
    public static IReadOnlyList<Sample> ReadAll(string folder) =>
        [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(Read)];

    private static Sample Read(string folder)
    {
        try
        {
            var sample = JsonSerializer.Deserialize<Sample>(File.ReadAllBytes(Path.Combine(folder, "sample.json")), Json)
                ?? throw new JsonException("it is null");
            return sample with { Name = Path.GetFileName(folder), Message = File.ReadAllBytes(Path.Combine(folder, "message.json")) };
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Sample {Path.GetFileName(folder)} cannot be read: {exception.Message}", exception);
        }
    }
}

/// <summary>How a sample has to end.</summary>
/// <param name="Kind"><c>delivery</c> or <c>message</c> for an outcome of that kind, <c>duplicate</c> for none but a counted duplicate.</param>
/// <param name="State">The outcome's state.</param>
/// <param name="Attempts">The delivery's attempts; null for any number.</param>
internal sealed record SampleExpectation(string Kind, string? State = null, int? Attempts = null);
