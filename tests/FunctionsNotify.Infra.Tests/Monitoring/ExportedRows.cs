using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using FunctionsNotify.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FunctionsNotify.Infra.Tests.Monitoring;

// What is emitted in a minute, through the app's own meter and source.
internal sealed class Emitter(Meter meter, ActivitySource source)
{
    public void Count(string instrument, int amount, params (string Key, string Value)[] attributes) =>
        meter.CreateCounter<long>(instrument).Add(amount, Tags(attributes));

    public void Gauge(string instrument, double value, params (string Key, string Value)[] attributes) =>
        meter.CreateObservableGauge(instrument, () => new Measurement<double>(value, Tags(attributes)));

    public void Span(string name, ActivityKind kind, bool good, params (string Key, string Value)[] attributes)
    {
        using var span = source.StartActivity(name, kind);
        span?.SetStatus(good ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        foreach (var (key, value) in attributes)
        {
            span?.SetTag(key, value);
        }
    }

    private static KeyValuePair<string, object?>[] Tags((string Key, string Value)[] attributes) =>
        [.. attributes.Select(attribute => KeyValuePair.Create(attribute.Key, (object?)attribute.Value))];
}

// Rows of the workspace, made of what the exporter really sends. The form of a recording is the exporter's own: one envelope of
// the ingestion API in a line, as any run of the app posts them to the IngestionEndpoint of its connection string.
internal static class ExportedRows
{
    private static readonly Dictionary<string, string> _tables = new()
    {
        ["MetricData"] = "AppMetrics",
        ["RemoteDependencyData"] = "AppDependencies",
        ["RequestData"] = "AppRequests",
        ["MessageData"] = "AppTraces",
        ["ExceptionData"] = "AppExceptions",
    };

    // Runs the app's exporter against an endpoint of our own and gives back the lines that it posted.
    public static async Task<IReadOnlyList<string>> RecordAsync(Action<Emitter> emit)
    {
        var lines = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var endpoint = builder.Build();
        endpoint.MapPost("/v2.1/track", async (HttpRequest request) =>
        {
            var body = request.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
            using var reader = new StreamReader(body);
            var received = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Array.ForEach(received, lines.Enqueue);
            return Results.Json(new { itemsReceived = received.Length, itemsAccepted = received.Length, errors = Array.Empty<object>() });
        });
        await endpoint.StartAsync();

        var services = new ServiceCollection().AddLogging();
        services.AddOpenTelemetry().AddExport(new AzureMonitorOptions
        {
            ConnectionString = $"InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint={endpoint.Urls.Single()}/;LiveEndpoint={endpoint.Urls.Single()}/",
        });
        await using (var provider = services.BuildServiceProvider())
        {
            // The exporter of traces is added when the host starts.
            foreach (var service in provider.GetServices<IHostedService>())
            {
                await service.StartAsync(CancellationToken.None);
            }

            var metrics = provider.GetRequiredService<MeterProvider>();
            var traces = provider.GetRequiredService<TracerProvider>();
            using var meter = new Meter(TelemetryNames.Source);
            using var source = new ActivitySource(TelemetryNames.Source);
            emit(new Emitter(meter, source));
            metrics.ForceFlush();
            traces.ForceFlush();
        }

        return [.. lines];
    }

    // The table and the row that the service makes of an envelope; null for what is not the app's own.
    public static (string Table, JsonObject Row)? Of(string envelope)
    {
        var node = JsonNode.Parse(envelope)!;
        var (type, data) = ((string)node["data"]!["baseType"]!, node["data"]!["baseData"]!);
        if (!_tables.TryGetValue(type, out var table))
        {
            return null;
        }

        var row = new JsonObject
        {
            ["TimeGenerated"] = DateTimeOffset.Parse((string)node["time"]!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
            ["Properties"] = data["properties"]?.DeepClone() ?? new JsonObject(),
            ["OperationId"] = node["tags"]?["ai.operation.id"]?.DeepClone(),
            ["ParentId"] = node["tags"]?["ai.operation.parentId"]?.DeepClone(),
            ["AppRoleInstance"] = node["tags"]?["ai.cloud.roleInstance"]?.DeepClone(),
        };
        if (table == "AppMetrics")
        {
            var metric = data["metrics"]!.AsArray().Single()!;
            row["Name"] = (string)metric["name"]!;
            row["Sum"] = (double)metric["value"]!;
            row["Min"] = (double?)metric["min"] ?? (double)metric["value"]!;
            row["Max"] = (double?)metric["max"] ?? (double)metric["value"]!;
        }
        else
        {
            row["Name"] = data["name"]?.DeepClone();
            row["Success"] = data["success"]?.DeepClone();
            row["ResultCode"] = (data["resultCode"] ?? data["responseCode"])?.DeepClone();
            row["Message"] = data["message"]?.DeepClone();
        }

        return (table, row);
    }
}
