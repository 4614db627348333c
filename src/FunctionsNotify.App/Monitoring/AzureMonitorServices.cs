using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Registers the export of telemetry where the settings name a resource for it.
internal static class AzureMonitorServices
{
    public const string SchemaCapability = "WorkerOpenTelemetrySchemaVersion";

    // The older form. In the newer one the worker's log lines do not say which invocation they belong to, and the host
    // shows none of them on its console (azure-functions-dotnet-worker issue 3489).
    public const string Schema = "1.17.0";

    public static IServiceCollection AddAzureMonitor(this IServiceCollection services, IConfiguration configuration)
    {
        var options = AzureMonitorOptions.Of(configuration);
        services.AddOptions<AzureMonitorOptions>().Configure(target =>
        {
            target.ConnectionString = options.ConnectionString;
            target.Authentication = options.Authentication;
        }).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AzureMonitorOptions>, Validator>());
        if (options.ConnectionString is not null && options.Violations().Count == 0)
        {
            services.AddOpenTelemetry().UseFunctionsWorkerDefaults().AddExport(options);
            services.Configure<WorkerOptions>(worker => worker.Capabilities[SchemaCapability] = Schema);
        }

        return services;
    }

    private sealed class Validator : IValidateOptions<AzureMonitorOptions>
    {
        public ValidateOptionsResult Validate(string? name, AzureMonitorOptions options) =>
            options.Violations() is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
