using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace FunctionsNotify.App.Tests.Deliver;

public sealed class OutcomeRecorderTests
{
    private readonly Mock<IClaimStore> _claims = new();
    private readonly Mock<IDeliveryIndex> _index = new();
    private readonly Mock<IOutcomePublisher> _outcomes = new();
    private readonly List<string> _steps = [];
    private int _failingStep = -1;

    public OutcomeRecorderTests()
    {
        _claims.Setup(claims => claims.FinishAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<DeliveryState>(), It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .Returns((string payment, string delivery, DeliveryState state, DateTimeOffset endedAt, CancellationToken _) => Step($"claim {payment} {delivery} {state} {endedAt:O}"));
        _index.Setup(index => index.UpsertAsync(It.IsAny<DeliveryIndexRow>(), It.IsAny<CancellationToken>()))
            .Returns((DeliveryIndexRow row, CancellationToken _) => Step($"index {row.State} {row.AttemptCount} {row.NextDueAt}"));
        _outcomes.Setup(outcomes => outcomes.PublishAsync(It.IsAny<Outcome>(), It.IsAny<CancellationToken>()))
            .Returns((Outcome outcome, CancellationToken _) => Step($"publish {outcome.OutcomeId} {((DeliveryOutcome)outcome).State}"));
    }

    [Fact]
    public async Task Record_Rejected_MergesTheClaimThenTheIndexThenPublishes()
    {
        await Function().RunAsync(Given.Ended(AttemptKind.Rejected), CancellationToken.None);

        var id = $"np-{Given.PaymentId}";
        Assert.Equal(
            [$"claim {Given.PaymentId} {id} Rejected {Given.Start.AddSeconds(1):O}", "index Rejected 1 ", $"publish {id} Rejected"],
            _steps);
    }

    [Fact]
    public async Task Record_DeliveredAtTheFirstAttempt_NeedsNoIndexRow()
    {
        await Function().RunAsync(Given.Ended(), CancellationToken.None);

        Assert.Equal(["claim", "publish"], _steps.Select(step => step.Split(' ')[0]));
    }

    [Theory]
    [InlineData(AttemptKind.Unknown)]
    [InlineData(AttemptKind.Postponed)]
    public async Task Record_DeliveredAfterAWait_EndsTheRowThatSaysItWaits(AttemptKind before)
    {
        var delivery = Delivery.Begin(Given.Input(), Given.Start).Apply(Given.Result(before), Given.Start).TimerFired()
            .Apply(Given.Result(AttemptKind.Acknowledged), Given.Start.AddMinutes(1));

        await Function().RunAsync(delivery, CancellationToken.None);

        Assert.Equal(["claim", "index", "publish"], _steps.Select(step => step.Split(' ')[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Record_AStepFails_ThrowsAndIsWholeWhenRepeated(int step)
    {
        _failingStep = step;
        var delivery = Given.Ended(AttemptKind.Rejected);

        await Assert.ThrowsAsync<IOException>(() => Function().RunAsync(delivery, CancellationToken.None));
        Assert.Equal(step + 1, _steps.Count);
        _failingStep = -1;
        _steps.Clear();
        await Function().RunAsync(delivery, CancellationToken.None);

        Assert.Equal(["claim", "index", "publish"], _steps.Select(done => done.Split(' ')[0]));
    }

    [Fact]
    public async Task Record_AnOpenDelivery_TouchesNothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Function().RunAsync(Delivery.Begin(Given.Input(), Given.Start), CancellationToken.None));

        Assert.Empty(_steps);
    }

    private Task Step(string step)
    {
        _steps.Add(step);
        return _steps.Count - 1 == _failingStep ? Task.FromException(new IOException()) : Task.CompletedTask;
    }

    private RecordOutcomeFunction Function() =>
        new(new OutcomeRecorder(_claims.Object, _index.Object, _outcomes.Object, NullLogger<OutcomeRecorder>.Instance));
}
