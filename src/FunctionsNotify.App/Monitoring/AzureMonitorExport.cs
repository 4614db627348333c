using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace FunctionsNotify.App;

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
