using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// A command for an open delivery. It travels as an external event and is read from JSON by <see cref="Read"/>, never by
/// the platform: a payload that the platform cannot deserialize would fail the whole orchestration. <c>[decided]</c>
/// </summary>
public sealed record DeliveryCommand
{
    /// <summary>The external event's name.</summary>
    public const string EventName = "command";

    /// <summary>The longest id and actor, in characters.</summary>
    public const int MaxIdLength = 64;

    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReasonLength = 200;

    private static readonly string[] _kinds = Enum.GetNames<CommandKind>();

    /// <summary>The command's id, 1–64 characters: the same id again is the same command.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>What is asked; null when it could not be read, which is refused on the record.</summary>
    [JsonPropertyName("kind")]
    public CommandKind? Kind { get; init; }

    /// <summary>The attempt that send-now and wake are meant for; a cancel is for the delivery and needs none.</summary>
    [JsonPropertyName("expectedAttempt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExpectedAttempt { get; init; }

    /// <summary>Who asks, at most 64 characters.</summary>
    [JsonPropertyName("actor")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    /// <summary>Why, at most 200 characters.</summary>
    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>What was wrong with the payload; null for a sound command.</summary>
    [JsonPropertyName("fault")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fault { get; init; }

    /// <summary>Reads a command from an event's payload. Never throws: a malformed one carries its <see cref="Fault"/>.</summary>
    /// <param name="payload">The event's payload; null or any JSON.</param>
    /// <param name="fallbackId">The id on the record when the payload has no usable one.</param>
    public static DeliveryCommand Read(JsonElement? payload, string fallbackId)
    {
        if (payload is not { ValueKind: JsonValueKind.Object } value)
        {
            return Refused(fallbackId, $"the payload must be an object, is {Shape(payload)}");
        }

        var id = Text(value, "id");
        if (id is null or { Length: 0 or > MaxIdLength })
        {
            return Refused(fallbackId, $"id: must be a string of 1 to {MaxIdLength} characters");
        }

        // By name only: Enum.TryParse alone would take "0" for the first kind, which cancels.
        var name = Text(value, "kind");
        if (!_kinds.Contains(name) || !Enum.TryParse<CommandKind>(name, out var kind))
        {
            return Refused(id, $"kind: must be one of {string.Join(", ", _kinds)}");
        }

        int? expected = null;
        if (value.TryGetProperty("expectedAttempt", out var number) && number.ValueKind != JsonValueKind.Null)
        {
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var parsed) || parsed < 1)
            {
                return Refused(id, "expectedAttempt: must be a whole number from 1") with { Kind = kind };
            }

            expected = parsed;
        }

        return new DeliveryCommand
        {
            Id = id,
            Kind = kind,
            ExpectedAttempt = expected,
            Actor = ForeignText.Cut(Text(value, "actor"), MaxIdLength),
            Reason = ForeignText.Cut(Text(value, "reason"), MaxReasonLength),
        };
    }

    private static DeliveryCommand Refused(string id, string fault) => new() { Id = id, Fault = fault };

    private static string? Text(JsonElement value, string name)
    {
        if (!value.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape is valid JSON that has no text.
            return null;
        }
    }

    private static string Shape(JsonElement? payload) => payload is { } value ? value.ValueKind.ToString() : "missing";
}
