using FunctionsNotify.Client;
using FunctionsNotify.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FunctionsNotify.LocalHost;

/// <summary>The same measurements and traces as the function app's, to the console or by OTLP.</summary>
internal static class TelemetryExport
{
    private const string ServiceName = "functionsnotify-local";

    // Often enough to watch; OTLP keeps OpenTelemetry's own interval.
    private const int ConsoleIntervalMilliseconds = 10_000;

    /// <summary>Adds the exporter; nothing for no target.</summary>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, TelemetryTarget target)
    {
        if (target == TelemetryTarget.None)
        {
            return services;
        }

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(TelemetryNames.Source);
                if (target == TelemetryTarget.Console)
                {
                    metrics.AddConsoleExporter((_, reader) => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = ConsoleIntervalMilliseconds);
                }
                else
                {
                    metrics.AddOtlpExporter();
                }
            })
            .WithTracing(traces =>
            {
                traces.AddSource(TelemetryNames.Source, PaymentNotificationQueue.ActivitySourceName).SetSampler(new AlwaysOnSampler());
                if (target == TelemetryTarget.Console)
                {
                    traces.AddConsoleExporter();
                }
                else
                {
                    traces.AddOtlpExporter();
                }
            });
        if (target == TelemetryTarget.Otlp)
        {
            // The console has the log lines already.
            telemetry.WithLogging(logs => logs.AddOtlpExporter(), options => options.IncludeFormattedMessage = true);
        }

        return services;
    }

    /// <summary>Begins to listen; else the first to be seen would be what happens after the host's start.</summary>
    public static void Start(IServiceProvider services)
    {
        services.GetService<MeterProvider>();
        services.GetService<TracerProvider>();
    }
}
