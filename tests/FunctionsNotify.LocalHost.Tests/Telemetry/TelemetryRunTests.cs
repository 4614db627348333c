using System.Diagnostics;
using System.Text;
using Azure.Storage.Queues;
using FunctionsNotify.Client;
using FunctionsNotify.Simulator;
using FunctionsNotify.Telemetry;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FunctionsNotify.LocalHost.Tests.Telemetry;

/// <summary>Alone: meters and sources of one name are heard by every listener of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneWithAzurite : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Telemetry";
}

/// <summary>What a run of the local host over real queues tells OpenTelemetry, into memory.</summary>
[Collection(AloneWithAzurite.Name)]
public sealed class TelemetryRunTests : IAsyncLifetime, IDisposable
{
    private const int Burst = 40;

    private static readonly string[] _neverHere =
    [
        // The function app's own: the local host has no index rows beside a wait and no sweeper.
        TelemetryNames.Instruments.ProgressFailures,
        TelemetryNames.Instruments.SweepActions,
        // Nothing is old enough to be purged, and nothing fails to be.
        TelemetryNames.Instruments.PurgedItems,
        TelemetryNames.Instruments.UpkeepFaults,
    ];

    private readonly LocalHostUnderTest _host;
    private readonly List<Activity> _spans = [];
    private readonly List<MetricSnapshot> _metrics = [];
    private readonly string _keys = Directory.CreateTempSubdirectory("notify-telemetry-").FullName;
    private SimulatorServer _simulator = null!;

    public TelemetryRunTests(AzuriteFixture azurite)
    {
        _host = new LocalHostUnderTest(azurite.ConnectionString);
        _host.Settings["PoisonDrain:Interval"] = "00:00:01";
        _host.Settings["AlipayPlus:KeyExpiresOn"] = "2099-12-31";
        _host.Settings["LocalHost:Speed"] = "20";
    }

    public async Task InitializeAsync()
    {
        _simulator = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = _keys });
        foreach (var (name, value) in _simulator.HostSettings)
        {
            _host.Settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }
    }

    public async Task DisposeAsync()
    {
        await _simulator.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Run_OnePaymentEnqueuedByTheClient_IsOneTraceFromEnqueueToOutcome()
    {
        _simulator.Scripts.Set("traced", ScriptStep.Unknown(), ScriptStep.Success);
        await using (await StartAsync())
        {
            await EnqueueAsync("traced");
            await _host.TakeOutcomesAsync(1);
            await EndedAsync("traced", 5);
        }

        var spans = SpansOf("traced");
        var enqueue = Assert.Single(spans, span => span.OperationName == TelemetryNames.Spans.Enqueue);
        var intake = Assert.Single(spans, span => span.OperationName == TelemetryNames.Spans.Intake);
        var attempts = spans.Where(span => span.OperationName == TelemetryNames.Spans.Attempt).OrderBy(span => span.StartTimeUtc).ToList();
        var outcome = Assert.Single(spans, span => span.OperationName == TelemetryNames.Spans.Outcome);

        Assert.Equal(5, spans.Count);
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Equal(default, enqueue.ParentSpanId);
        Assert.Equal(enqueue.SpanId, intake.ParentSpanId);
        Assert.Equal([intake.SpanId, intake.SpanId], attempts.Select(attempt => attempt.ParentSpanId));
        Assert.Equal(intake.SpanId, outcome.ParentSpanId);
        Assert.Equal([1, 2], attempts.Select(attempt => (int)attempt.GetTagItem(TelemetryNames.SpanAttributes.Attempt)!));
        Assert.Equal(["Unknown", "Acknowledged"], attempts.Select(attempt => attempt.GetTagItem(TelemetryNames.SpanAttributes.AttemptKind)));
        Assert.All(attempts, attempt => Assert.IsType<double>(attempt.GetTagItem(TelemetryNames.SpanAttributes.Lateness)));
        Assert.InRange((double)attempts[1].GetTagItem(TelemetryNames.SpanAttributes.Acknowledgement)!, 0.001, 600);
        Assert.Null(attempts[0].GetTagItem(TelemetryNames.SpanAttributes.Acknowledgement));
        Assert.Equal("Delivered", outcome.GetTagItem(TelemetryNames.SpanAttributes.State));
        Assert.All(_simulator.Received.List("traced"), request => Assert.DoesNotContain(request.Headers.Keys, name => name.Equals("traceparent", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Run_ManyPayments_AreAsManyWholeTraces()
    {
        await using (await StartAsync())
        {
            // Half of them as bare messages without any trace.
            await Task.WhenAll(Enumerable.Range(0, Burst).Select(number => number % 2 == 0
                ? EnqueueAsync($"burst-{number}")
                : _host.EnqueueAsync(Payments.Body($"burst-{number}"))));
            await _host.TakeOutcomesAsync(Burst);
            foreach (var number in Enumerable.Range(0, Burst))
            {
                await EndedAsync($"burst-{number}", number % 2 == 0 ? 4 : 3);
            }
        }

        var traces = Enumerable.Range(0, Burst).Select(number => Assert.Single(SpansOf($"burst-{number}").Select(span => span.TraceId).Distinct())).ToList();
        Assert.Equal(Burst, traces.Distinct().Count());
        Assert.All(SpansOf(null), span => Assert.True(span.Recorded));
    }

    [Fact]
    public async Task Run_EveryKindOfPayment_ShowsEveryMetricThatALocalHostHas()
    {
        _host.Settings["Overload:MaxConcurrentSends"] = "1";
        _host.Settings["Overload:LimiterPatience"] = "00:00:00";
        _simulator.Scripts.Set("slow", ScriptStep.Unknown(), ScriptStep.Success with { Delay = TimeSpan.FromSeconds(2) });
        _simulator.Scripts.Set("refused", ScriptStep.Failure("a code of theirs"));
        await using (await StartAsync())
        {
            foreach (var payment in new[] { "slow", "refused", "plain-1", "plain-2", "plain-3", "plain-4" })
            {
                await _host.EnqueueAsync(Payments.Body(payment));
            }

            await _host.TakeOutcomesAsync(6);
            // An unconfirmed rule, the same again, another content, and no notification at all.
            await _host.EnqueueAsync("""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"warned","paymentRequestId":"r-1"}""");
            await _host.EnqueueAsync(Payments.Body("plain-1"));
            await _host.EnqueueAsync(Payments.Body("plain-1", "MERCHANT_KYB_NOT_QUALIFIED"));
            await _host.EnqueueAsync("not json");
            await _host.TakeOutcomesAsync(3);
            await Eventually.BecomesTrueAsync(async () => (await _host.Notifications.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0, Eventually.Soon, "the empty queue");
        }

        var seen = Points();
        var expected = Constants(typeof(TelemetryNames.Instruments)).Except(_neverHere).Order(StringComparer.Ordinal);
        Assert.Equal(expected, seen.Select(point => point.Name).Distinct().Order(StringComparer.Ordinal));

        Assert.Superset(new HashSet<string> { "verdict=accepted", "verdict=conflict", "verdict=duplicate", "verdict=invalid" }, TagsOf(TelemetryNames.Instruments.Messages));
        Assert.Equal(7, SumOf(TelemetryNames.Instruments.Messages, "verdict=accepted"));
        Assert.Equal(["field=paymentTime"], TagsOf(TelemetryNames.Instruments.RuleWarnings));
        Assert.Superset(new HashSet<string> { "kind=Acknowledged,result_code=SUCCESS", "kind=Rejected,result_code=OTHER", "kind=Unknown,result_code=UNKNOWN_EXCEPTION" }, TagsOf(TelemetryNames.Instruments.Attempts));
        Assert.Equal(["reason=LimiterFull"], TagsOf(TelemetryNames.Instruments.Postponements));
        Assert.Equal(1, SumOf(TelemetryNames.Instruments.Outcomes, "cause=Business,state=Rejected"));
        Assert.Equal(6, SumOf(TelemetryNames.Instruments.Outcomes, "cause=Acknowledged,state=Delivered"));
        Assert.Equal(1, SumOf(TelemetryNames.Instruments.Outcomes, "cause=Message,state=Conflict"));
        Assert.Equal(1, SumOf(TelemetryNames.Instruments.Outcomes, "cause=Message,state=Invalid"));
        Assert.Equal(["attempt=first", "attempt=retry"], TagsOf(TelemetryNames.Instruments.AcknowledgementTime).Order(StringComparer.Ordinal));
        Assert.Equal(["queue=notifications", "queue=outcomes", "queue=poison"], TagsOf(TelemetryNames.Instruments.QueueDepth).Order(StringComparer.Ordinal));
        Assert.Superset(new HashSet<string> { "result=complete,run=drain-poison", "result=complete,run=observe", "result=complete,run=purge" }, TagsOf(TelemetryNames.Instruments.MaintenanceRuns));
        Assert.All(seen.SelectMany(point => point.Tags.Split(',', StringSplitOptions.RemoveEmptyEntries)), tag => Assert.Contains(tag.Split('=')[0], Constants(typeof(TelemetryNames.Attributes))));

        IEnumerable<string> Of(string name) => seen.Where(point => point.Name == name).Select(point => point.Tags);
        HashSet<string> TagsOf(string name) => [.. Of(name)];
        double SumOf(string name, string tags) => seen.Where(point => point.Name == name && point.Tags == tags).Max(point => point.Value);
    }

    private static IReadOnlyList<string> Constants(Type type) => [.. type.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    private Task<LocalHostApp> StartAsync() => LocalHostApp.StartAsync(
        new ConfigurationBuilder().AddInMemoryCollection(_host.Settings).Build(),
        logging => logging.Services.AddOpenTelemetry()
            .WithTracing(traces => traces
                .AddSource(TelemetryNames.Source, TelemetryNames.ClientSource)
                .AddProcessor(new SimpleActivityExportProcessor(new Kept(_spans))))
            .WithMetrics(metrics => metrics
                .AddMeter(TelemetryNames.Source)
                .AddInMemoryExporter(_metrics, reader => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 200)));

    private async Task EnqueueAsync(string paymentId)
    {
        var queue = new PaymentNotificationQueue(_host.Notifications, new PaymentNotificationQueueOptions { CreateIfMissing = true });
        await queue.EnqueueAsync(Encoding.UTF8.GetBytes(Payments.Body(paymentId)));
    }

    private Task EndedAsync(string paymentId, int count) =>
        Eventually.BecomesTrueAsync(() => SpansOf(paymentId).Count >= count, Eventually.Soon, $"{count} spans of {paymentId}");

    private List<Activity> SpansOf(string? paymentId)
    {
        lock (_spans)
        {
            return [.. _spans.Where(span => paymentId is null || paymentId.Equals(span.GetTagItem(TelemetryNames.SpanAttributes.PaymentId)))];
        }
    }

    private List<(string Name, string Tags, double Value)> Points()
    {
        var points = new List<(string, string, double)>();
        foreach (var metric in _metrics)
        {
            foreach (var point in metric.MetricPoints)
            {
                var tags = new List<string>();
                foreach (var tag in point.Tags)
                {
                    tags.Add($"{tag.Key}={tag.Value}");
                }

                points.Add((metric.Name, string.Join(',', tags.Order(StringComparer.Ordinal)), metric.MetricType switch
                {
                    MetricType.LongSum => point.GetSumLong(),
                    MetricType.LongGauge => point.GetGaugeLastValueLong(),
                    MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
                    MetricType.Histogram => point.GetHistogramCount(),
                    _ => throw new InvalidOperationException($"{metric.Name} is a {metric.MetricType}."),
                }));
            }
        }

        return points;
    }

    // The package's in-memory exporter adds to the list unlocked.
    private sealed class Kept(List<Activity> spans) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            lock (spans)
            {
                foreach (var span in batch)
                {
                    spans.Add(span);
                }
            }

            return ExportResult.Success;
        }
    }
}
