using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

// What the platform does with a disabled orchestrator or activity is no pause: it fails the orchestration, or the call,
// and with it deliveries.
internal static class DisabledFunctions
{
    public static IEnumerable<string> Faults(IConfiguration configuration) =>
        from name in DurableNames()
        from setting in Forms(name)
        where IsTrue(configuration[setting])
        select $"{setting.Replace(":", "__", StringComparison.Ordinal)}: must not be set: without {name} the platform fails deliveries and pauses none; to pause sending use notify pause, to pause intake disable {IntakeFunction.Name}";

    private static IEnumerable<string> DurableNames() =>
        from type in typeof(DisabledFunctions).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetParameters().Any(parameter => parameter.IsDefined(typeof(OrchestrationTriggerAttribute)) || parameter.IsDefined(typeof(ActivityTriggerAttribute)))
        select method.GetCustomAttribute<FunctionAttribute>()?.Name;

    // The platform's own forms. A double underscore of the environment is a colon here.
    private static IEnumerable<string> Forms(string name) => [$"AzureWebJobs.{name}.Disabled", $"AzureWebJobs_{name}_Disabled", $"AzureWebJobs:{name}:Disabled"];

    private static bool IsTrue(string? value) => value == "1" || (bool.TryParse(value, out var isTrue) && isTrue);
}
