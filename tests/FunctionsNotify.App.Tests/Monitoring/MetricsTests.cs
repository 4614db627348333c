using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class MetricsTests : IDisposable
{
    private static readonly Observation Full = new()
    {
        At = Given.Start,
        Queues = [new("notifications", 4, TimeSpan.FromSeconds(90)), new("outcomes", 0, null), new("poison", 1, TimeSpan.FromHours(1))],
        Quarantine = new QuarantineStatistics(3, 2, true),
        Deliveries = new DeliveryStatistics(12, Given.Start.AddSeconds(-30), true) { EarliestAcceptedAt = Given.Start.AddSeconds(-50) },
        KeyExpiresAt = Given.Start.AddDays(10),
        Faults = 0,
    };

    private readonly Measurements _measurements = new();
    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Metrics _metrics;

    public MetricsTests() => _metrics = new Metrics(_measurements.Meters, _time);

    public void Dispose() => _measurements.Dispose();

    [Fact]
    public void Attempted_EveryKind_CountsAttemptsAndPostponementsApart()
    {
        foreach (var kind in Enum.GetValues<AttemptKind>())
        {
            _metrics.Attempted(Given.Result(kind));
        }

        var kinds = Enum.GetValues<AttemptKind>().Where(kind => kind != AttemptKind.Postponed).ToList();
        Assert.Equal(kinds.Select(kind => $"kind={kind},result_code=NONE: 1"), _measurements.Of(TelemetryNames.Instruments.Attempts));
        Assert.Equal(kinds.Select(kind => $"kind={kind}: 0.25"), _measurements.Of(TelemetryNames.Instruments.AttemptDuration));
        Assert.Equal(["reason=LimiterFull: 1"], _measurements.Of(TelemetryNames.Instruments.Postponements));
    }

    [Fact]
    public void Attempted_AnyResultCode_IsALabelOfTheCatalogue()
    {
        var allowed = ResultCodeCatalogue.All.Select(entry => entry.Code).Append("OTHER").Append("NONE").ToHashSet();
        Gen.OneOf(Gen.String, Gen.String[Gen.Char.AlphaNumeric, 1, 40], Gen.OneOf(ResultCodeCatalogue.All.Select(entry => entry.Code).ToArray())).Sample(code =>
        {
            using var measurements = new Measurements();
            new Metrics(measurements.Meters, _time).Attempted(Given.Result(AttemptKind.Rejected, code));

            var label = measurements.All.Single(measured => measured.Instrument == TelemetryNames.Instruments.Attempts).Tags[1].Value;
            Assert.Contains(label, allowed);
            Assert.True(label is "OTHER" or "NONE" || label == code);
        }, iter: 300);
    }

    [Fact]
    public void Attempted_OddAnswer_CountsEachWarning()
    {
        _metrics.Attempted(Given.Result(AttemptKind.Acknowledged) with { Warnings = AnswerWarnings.KeyVersion | AnswerWarnings.ResponseTime });
        _metrics.Attempted(Given.Result(AttemptKind.Acknowledged));

        Assert.Equal(["warning=KeyVersion: 1", "warning=ResponseTime: 1"], _measurements.Of(TelemetryNames.Instruments.AnswerWarnings).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TakenIn_BrokenRules_AreCountedByListedField()
    {
        _metrics.TakenIn(Given.Reading("p", null, Warning("paymentTime"), Warning("extra.secrets[3]"), Warning("envelope.traceparent")), TelemetryNames.Verdicts.Accepted);

        Assert.Equal(["verdict=accepted: 1"], _measurements.Of(TelemetryNames.Instruments.Messages));
        Assert.Equal(["field=paymentTime: 1", "field=OTHER: 1", "field=envelope.traceparent: 1"], _measurements.Of(TelemetryNames.Instruments.RuleWarnings));
    }

    [Fact]
    public void TakenIn_RefusedMessage_CountsNoWarnings()
    {
        _metrics.TakenIn(Given.Reading("p", null, Warning("paymentTime"), new Violation("$", "r", Severity.Refuse, "s")), TelemetryNames.Verdicts.Invalid);

        Assert.Empty(_measurements.Of(TelemetryNames.Instruments.RuleWarnings));
    }

    [Fact]
    public void RuleFields_EveryFieldThatTheReaderWarnsOf_IsListedOrInsideAnUnknownMember()
    {
        var reading = NotificationReader.Read(System.Text.Encoding.UTF8.GetBytes(
            $$"""
            {"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"{{new string('x', 300)}}"},
             "paymentId":" p ","paymentRequestId":" r ","extra":[null,"{{new string('y', 10)}}"]}
            """));
        var coded = NotificationReader.Read(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"paymentResult":{"resultStatus":"F","resultCode":" {{new string('x', 80)}}"},"paymentId":"p","paymentTime":"2026-03-04T05:06:07Z"}"""));

        var fields = reading.Warnings.Concat(coded.Warnings).Select(warning => warning.Field).ToHashSet();

        Assert.NotEmpty(fields);
        Assert.All(fields.Where(field => !field.StartsWith("extra", StringComparison.Ordinal)), field => Assert.True(Metrics.RuleFields.Contains(field), field));
    }

    [Fact]
    public void Gauges_BeforeTheFirstObservation_AreSilent() => Assert.Empty(_measurements.Observe().All);

    [Fact]
    public void Gauges_AfterAnObservation_TellAllOfIt()
    {
        _metrics.Observed(Full);
        _time.Advance(TimeSpan.FromHours(0.05));
        _measurements.Observe();

        Assert.Equal(["queue=notifications: 4", "queue=outcomes: 0", "queue=poison: 1"], _measurements.Of(TelemetryNames.Instruments.QueueDepth));
        Assert.Equal(["queue=notifications: 90", "queue=outcomes: 0", "queue=poison: 3600"], _measurements.Of(TelemetryNames.Instruments.QueueOldestAge));
        Assert.Equal(["state=Invalid: 3", "state=Conflict: 2"], _measurements.Of(TelemetryNames.Instruments.QuarantineWaiting));
        Assert.Equal(["12"], _measurements.Of(TelemetryNames.Instruments.OpenDeliveries));
        Assert.Equal(["30"], _measurements.Of(TelemetryNames.Instruments.OverdueAge));
        Assert.Equal(["50"], _measurements.Of(TelemetryNames.Instruments.UnacknowledgedAge));
        Assert.Equal(["9.998"], _measurements.Of(TelemetryNames.Instruments.KeyExpiresIn));
    }

    [Fact]
    public void Gauges_OfAnOldObservation_FallSilentAndComeBackWithTheNext()
    {
        _metrics.Observed(Full);
        _time.Advance(Metrics.FreshFor);
        Assert.NotEmpty(_measurements.Observe().All);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(_measurements.Observe().All);

        _metrics.Observed(Full);
        Assert.NotEmpty(_measurements.Observe().All);
    }

    [Fact]
    public void Gauges_PartsThatCouldNotBeRead_AreSilentAndTheOthersNot()
    {
        _metrics.Observed(Full with { Queues = null, Deliveries = null, KeyExpiresAt = null, Faults = 2 });

        Assert.Equal([TelemetryNames.Instruments.QuarantineWaiting], _measurements.Observe().All.Select(measured => measured.Instrument).Distinct());
    }

    [Theory]
    [InlineData(BreakerState.Closed, "0")]
    [InlineData(BreakerState.HalfOpen, "1")]
    [InlineData(BreakerState.Open, "2")]
    public void Watch_Breaker_IsToldAsItStands(BreakerState state, string expected)
    {
        _metrics.Watch(() => state);

        Assert.Equal([expected], _measurements.Observe().Of(TelemetryNames.Instruments.Breaker));
    }

    private static Violation Warning(string field) => new(field, "a rule", Severity.Warn, "a shape");
}
