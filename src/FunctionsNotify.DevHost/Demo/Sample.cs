using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.DevHost;

/// <summary>One sample of <c>samples/</c>.</summary>
internal sealed record Sample
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The folder's name.</summary>
    [JsonIgnore]
    public string Name { get; private init; } = string.Empty;

    /// <summary>Put on the queue byte for byte.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Message { get; private init; }

    public required string Title { get; init; }

    public required string PaymentId { get; init; }

    /// <summary>The sample that has to be decided before this one is put on the queue.</summary>
    public string? After { get; init; }

    /// <summary>The simulator's script for this payment, as its control API takes it; null for S.</summary>
    public JsonElement? Answers { get; init; }

    /// <summary>After so many attempts the simulator answers S: what was wrong is mended.</summary>
    public int? MendedAfterAttempts { get; init; }

    public required SampleExpectation Expected { get; init; }

    public static IReadOnlyList<Sample> ReadAll(string folder) =>
        [.. Directory.GetDirectories(folder, "??-*").Order(StringComparer.Ordinal).Select(Read)];

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

/// <summary>How a sample has to end: with an outcome of a kind (<c>delivery</c>, <c>message</c>), or as a counted <c>duplicate</c>; without attempts, after any number.</summary>
internal sealed record SampleExpectation(string Kind, string? State = null, int? Attempts = null);
