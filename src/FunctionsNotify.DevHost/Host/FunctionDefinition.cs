using System.Text.Json;
using FunctionsNotify.DevHost.Rpc;

namespace FunctionsNotify.DevHost;

/// <summary>One function as the worker tells it: its trigger, and where a Durable client goes in.</summary>
internal sealed record FunctionDefinition(RpcFunctionMetadata Metadata, JsonElement Trigger, string? DurableClient)
{
    private static readonly string[] _triggers = ["orchestrationTrigger", "activityTrigger", "queueTrigger", "timerTrigger", "httpTrigger"];

    public string Name => Metadata.Name;

    public string TriggerType => Trigger.GetProperty("type").GetString()!;

    public string TriggerName => Trigger.GetProperty("name").GetString()!;

    public bool IsHttp => TriggerType == "httpTrigger";

    public string? Setting(string name) => Trigger.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>Reads all functions; what this host cannot run is refused, one line each.</summary>
    public static IReadOnlyList<FunctionDefinition> ReadAll(IEnumerable<RpcFunctionMetadata> functions)
    {
        var read = new List<FunctionDefinition>();
        var refused = new List<string>();
        foreach (var function in functions)
        {
            var bindings = function.RawBindings.Select(raw => JsonSerializer.Deserialize<JsonElement>(raw)).ToList();
            var unknown = bindings.Select(TypeOf).Where(type => !Knows(type)).ToList();
            var trigger = bindings.FirstOrDefault(binding => _triggers.Contains(TypeOf(binding), StringComparer.Ordinal));
            if (unknown.Count > 0)
            {
                refused.Add($"{function.Name}: the development host does not know {string.Join(", ", unknown)}; it runs {string.Join(", ", _triggers)}");
            }
            else if (trigger.ValueKind == JsonValueKind.Undefined)
            {
                refused.Add($"{function.Name}: has no trigger");
            }
            else if (TypeOf(trigger) == "queueTrigger" && !IsDeferred(trigger))
            {
                refused.Add($"{function.Name}: the development host gives a queueTrigger a QueueMessage or BinaryData only");
            }
            else
            {
                var client = bindings.FirstOrDefault(binding => TypeOf(binding) == "durableClient");
                read.Add(new FunctionDefinition(function, trigger, client.ValueKind == JsonValueKind.Undefined ? null : client.GetProperty("name").GetString()));
            }
        }

        return refused.Count == 0 ? read : throw new DevHostException(refused, DevHostException.Failed);
    }

    private static string TypeOf(JsonElement binding) => binding.GetProperty("type").GetString()!;

    // The worker itself makes the parameter's value, by its type.
    private static bool IsDeferred(JsonElement trigger) =>
        trigger.TryGetProperty("properties", out var properties) && properties.TryGetProperty("supportsDeferredBinding", out var supports) && bool.TryParse(supports.ToString(), out var isSupported) && isSupported;

    private static bool Knows(string type) => type is "durableClient" or "http" || _triggers.Contains(type, StringComparer.Ordinal);
}
