using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>
/// What the app exports in some situations, as its exporter posts it. With NOTIFY_RECORD_TELEMETRY set to a folder the lines
/// are kept there: tests/FunctionsNotify.Infra.Tests/Monitoring/Recorded was made so, and the alerts' queries run over it.
/// </summary>
[Trait("Category", "owns-process")]
public sealed class TelemetryScenarios
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("NOTIFY_RECORD_TELEMETRY") is { Length: > 0 } folder ? folder : null;

    // A gauge counts in an alert when three readings, a minute apart, are over the bound; to see that it is told, one will do.
    private static readonly int Looks = Folder is null ? 1 : 3;

    // Which metric, with which label, tells of the situation.
    private static readonly Dictionary<string, (Func<HostUnderTest, Task> Play, string Metric, string Label, string Value)> Situations = new()
    {
        ["a quiet time"] = (host => PayAsync(host, 5, ScriptStep.Success), "notify.outcomes", "state", "Delivered"),
        ["a payment was refused"] = (host => PayAsync(host, 1, ScriptStep.Failure("PROCESS_FAIL")), "notify.outcomes", "state", "Rejected"),
        ["our key is refused"] = (host => PayAsync(host, 4, ScriptStep.Failure("KEY_NOT_FOUND"), ends: false), "notify.attempts", "kind", "SetupRejected"),
        ["a message breaks a rule"] = (host => host.EnqueueAsync("{}"), "notify.messages", "verdict", "invalid"),
    };

    [OwnsProcessFact]
    public Task Telemetry_OfEachSituation_IsExportedAsTheAlertsReadIt() =>
        Task.WhenAll(Situations.Select((situation, number) => RecordAsync(situation.Key, number, situation.Value.Play, situation.Value.Metric, situation.Value.Label, situation.Value.Value)));

    private static async Task RecordAsync(string name, int number, Func<HostUnderTest, Task> play, string metric, string label, string value)
    {
        await using var endpoint = await Endpoint.StartAsync();
        await using (var own = await Suite.PrepareHostAsync($"telemetry{number}", HostPolicy.OfSeconds(1, 2, 3600)))
        {
            await own.StartAsync(new KeyValuePair<string, string>("APPLICATIONINSIGHTS_CONNECTION_STRING", endpoint.ConnectionString));
            await play(own.Host);
            await Eventually.BecomesTrueAsync(
                () => Task.FromResult(endpoint.Lines.Count(line => Is(line, "notify.maintenance.runs", "run", "observe")) >= Looks && endpoint.Lines.Any(line => Is(line, metric, label, value))),
                HostUnderTest.Patience,
                $"the telemetry of \"{name}\"");
            Assert.Equal(0, await own.Process.StopAsync());
        }

        if (number == 0)
        {
            // Three lines and three spans, which are paid for by size. On a busy machine a message may come again, but not all five.
            Assert.Contains(endpoint.Lines.GroupBy(PaymentOf), rows => rows.Key is not null && (rows.Count(IsMessage), rows.Count(row => !IsMessage(row))) == (3, 3));
            Assert.DoesNotContain(endpoint.Lines, line => IsInformation(line) && Property(line, "CategoryName") is { } category && category.StartsWith("Microsoft.", StringComparison.Ordinal) && category != "Microsoft.Hosting.Lifetime");
        }

        if (Folder is not null)
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllLinesAsync(Path.Combine(Folder, name.Replace(' ', '-') + ".ndjson"), endpoint.Lines.Where(IsOurs).Select(WithoutTheMachine));
        }
    }

    private static async Task PayAsync(HostUnderTest host, int count, ScriptStep answer, bool ends = true)
    {
        var payments = Enumerable.Range(0, count).Select(_ => Payment.Succeeded("telemetry")).ToList();
        await Task.WhenAll(payments.Select(payment => host.ScriptAsync(payment, answer)));
        await Task.WhenAll(payments.Select(host.EnqueueAsync));
        await Task.WhenAll(payments.Select(payment => ends ? host.EndAsync(payment) : (Task)host.ReceivedAsync(payment, 1)));
    }

    private static bool Is(JsonNode line, string metric, string label, string value) =>
        line["data"]!["baseData"]!["metrics"]?[0] is { } told && (string?)told["name"] == metric && (string?)line["data"]!["baseData"]!["properties"]?[label] == value;

    private static bool IsMessage(JsonNode line) => (string?)line["data"]!["baseType"] == "MessageData";

    private static bool IsInformation(JsonNode line) => (string?)line["data"]!["baseData"]!["severityLevel"] == "Information";

    private static string? PaymentOf(JsonNode line) => Property(line, "PaymentId") ?? Property(line, "notify.payment_id");

    private static string? Property(JsonNode line, string name) => (string?)line["data"]!["baseData"]!["properties"]?[name];

    // The platform's own measurements are many, and no alert reads them.
    private static bool IsOurs(JsonNode line) =>
        ((string?)line["data"]!["baseData"]!["metrics"]?[0]?["name"] ?? (string?)line["data"]!["baseData"]!["name"])?.StartsWith("notify", StringComparison.Ordinal) == true;

    private static string WithoutTheMachine(JsonNode line)
    {
        var kept = line.DeepClone();
        foreach (var (tag, _) in kept["tags"]!.AsObject().Where(tag => !tag.Key.StartsWith("ai.operation", StringComparison.Ordinal)).ToList())
        {
            kept["tags"]!.AsObject().Remove(tag);
        }

        return kept.ToJsonString();
    }

    /// <summary>Stands in for the ingestion service.</summary>
    private sealed class Endpoint(WebApplication app) : IAsyncDisposable
    {
        private readonly WebApplication _app = app;
        private readonly ConcurrentQueue<JsonNode> _lines = new();

        public IReadOnlyCollection<JsonNode> Lines => _lines;

        public string ConnectionString => $"InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint={_app.Urls.Single()}/;LiveEndpoint={_app.Urls.Single()}/";

        public static async Task<Endpoint> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var endpoint = new Endpoint(builder.Build());
            endpoint.Map();
            await endpoint._app.StartAsync();
            return endpoint;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private void Map() => _app.MapPost("/v2.1/track", async (HttpRequest request) =>
        {
            var body = request.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
            using var reader = new StreamReader(body);
            var received = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Array.ForEach(received, line => _lines.Enqueue(JsonNode.Parse(line)!));
            return Results.Json(new { itemsReceived = received.Length, itemsAccepted = received.Length, errors = Array.Empty<object>() });
        });
    }
}
