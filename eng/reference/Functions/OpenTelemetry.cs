using OpenTelemetry;

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>What the worker tells the host about itself, as far as the app changes it.</summary>
    public class WorkerOptions
    {
        public IDictionary<string, string> Capabilities { get; } = new Dictionary<string, string>();
    }
}

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry
{
    /// <summary>Tells the host that the worker sends its own telemetry.</summary>
    public static class ConfigureFunctionsOpenTelemetry
    {
        public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder) =>
            throw Unavailable.In(nameof(ConfigureFunctionsOpenTelemetry));
    }
}
