using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

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

// Sends measurements, traces and logs to Application Insights, all of them.
internal static class AzureMonitorExport
{
    public static IOpenTelemetryBuilder AddExport(this IOpenTelemetryBuilder telemetry, AzureMonitorOptions options)
    {
        telemetry.Services.Configure<OpenTelemetryLoggerOptions>(logs => logs.IncludeFormattedMessage = true);
        return telemetry
            .UseAzureMonitorExporter(exporter => Configure(exporter, options))
            .WithMetrics(metrics => metrics.AddMeter(TelemetryNames.Source))
            // After the exporter, which sets a sampler of its own. Also the ratio's sampler leaves out what has a parent that
            // is not recorded, and a backend that samples its own traces must not take the payment's away.
            .WithTracing(traces => traces.AddSource(TelemetryNames.Source).SetSampler(new AlwaysOnSampler()));
    }

    private static void Configure(AzureMonitorExporterOptions exporter, AzureMonitorOptions options)
    {
        exporter.ConnectionString = options.ConnectionString;
        if (options.UsesIdentity)
        {
            exporter.Credential = new ManagedIdentityCredential(
                options.ClientId is { } client ? ManagedIdentityId.FromUserAssignedClientId(client) : ManagedIdentityId.SystemAssigned);
        }

        // The default is five traces a second, and it goes before the ratio.
        exporter.TracesPerSecond = null;
        exporter.SamplingRatio = 1;

        // The default drops a log line that was written inside an activity which nobody records, as many of the platform's are.
        exporter.EnableTraceBasedLogsSampler = false;
    }
}

// Where telemetry goes, by the platform's own settings, which the Functions host reads too:
// APPLICATIONINSIGHTS_CONNECTION_STRING and APPLICATIONINSIGHTS_AUTHENTICATION_STRING. Without the first nothing is
// exported.
internal sealed class AzureMonitorOptions
{
    public const string ConnectionStringSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    public const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public string? ConnectionString { get; set; }

    // Authorization=AAD for the system-assigned identity, with ;ClientId=… for a user-assigned one; null for a resource
    // that accepts telemetry without an identity.
    public string? Authentication { get; set; }

    public bool UsesIdentity => Authentication is not null;

    public string? ClientId => PartOf(Authentication, "ClientId");

    public static AzureMonitorOptions Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new AzureMonitorOptions
        {
            ConnectionString = TextOf(configuration, ConnectionStringSetting),
            Authentication = TextOf(configuration, AuthenticationSetting),
        };
    }

    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        if (ConnectionString is not { } connection)
        {
            return found;
        }

        if (!Guid.TryParse(PartOf(connection, "InstrumentationKey"), out _))
        {
            found.Add(Setting.Fault(ConnectionStringSetting, "must hold InstrumentationKey=, a GUID, as the resource's overview shows it", connection));
        }

        if (PartOf(connection, "IngestionEndpoint") is { } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
        {
            found.Add(Setting.Fault(ConnectionStringSetting, "its IngestionEndpoint must be an https address", endpoint));
        }

        if (Authentication is { } authentication
            && (!string.Equals(PartOf(authentication, "Authorization"), "AAD", StringComparison.OrdinalIgnoreCase)
                || (ClientId is { } id && !Guid.TryParseExact(id, "D", out _))))
        {
            found.Add(Setting.Fault(AuthenticationSetting, "must be Authorization=AAD, with ;ClientId= and an identity's client id for a user-assigned one", authentication));
        }

        return found;
    }

    private static string? TextOf(IConfiguration configuration, string setting) =>
        configuration[setting] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static string? PartOf(string? text, string name) => text?
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(part => part.Length == 2 && part[0].Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(part => part[1])
        .FirstOrDefault();
}
