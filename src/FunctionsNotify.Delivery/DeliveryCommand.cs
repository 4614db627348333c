using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// A command for an open delivery. It travels as an external event and is read from JSON by Read, never by the platform:
// a payload that the platform cannot deserialize would fail the whole orchestration.
internal sealed record DeliveryCommand
{
    public const string EventName = "command";

    public const int MaxIdLength = 64;

    public const int MaxReasonLength = 200;

    private static readonly string[] _kinds = Enum.GetNames<CommandKind>();

    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("kind")]
    public CommandKind? Kind { get; init; }

    [JsonPropertyName("expectedAttempt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExpectedAttempt { get; init; }

    [JsonPropertyName("actor")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonPropertyName("fault")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fault { get; init; }

    public static DeliveryCommand Read(JsonElement? payload, string fallbackId)
    {
        if (payload is not { ValueKind: JsonValueKind.Object } value)
        {
            return Refused(fallbackId, $"the payload must be an object, is {Shape(payload)}");
        }

        try
        {
            return Read(value, fallbackId);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape in a name or text is valid JSON that has no text.
            return Refused(fallbackId, "the payload must be Unicode text");
        }
    }

    private static DeliveryCommand Read(JsonElement value, string fallbackId)
    {
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

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static string Shape(JsonElement? payload) => payload is { } value ? value.ValueKind.ToString() : "missing";
}

[JsonConverter(typeof(JsonStringEnumConverter<CommandKind>))]
public enum CommandKind
{
    Cancel,

    SendNow,

    Wake,
}

[JsonConverter(typeof(JsonStringEnumConverter<CommandResult>))]
public enum CommandResult
{
    Applied,

    Refused,

    TooLate,
}

internal sealed record CommandVerdict
{
    public required string Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CommandKind? Kind { get; init; }

    public required CommandResult Result { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    public required DateTimeOffset At { get; init; }
}
