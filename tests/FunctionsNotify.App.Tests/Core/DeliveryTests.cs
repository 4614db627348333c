namespace FunctionsNotify.App.Tests.Core;

public sealed class DeliveryTests
{
    private static readonly DateTimeOffset _now = Given.Start;

    private static AttemptResult Paused => Given.Result(AttemptKind.Postponed) with { PostponeReason = PostponeReason.Paused };

    [Theory]
    [InlineData(AttemptKind.Acknowledged, DeliveryState.Delivered, DeliveryCause.Acknowledged)]
    [InlineData(AttemptKind.Rejected, DeliveryState.Rejected, DeliveryCause.Business)]
    public void Apply_FinalResult_Ends(AttemptKind kind, DeliveryState state, DeliveryCause cause)
    {
        var ended = Given.Delivery().Apply(Given.Result(kind), _now);
        Assert.Equal((DeliveryPhase.Final, state, cause), (ended.Phase, ended.State, ended.Cause));
    }

    [Theory]
    [InlineData(AttemptKind.Unknown)]
    [InlineData(AttemptKind.NoResult)]
    [InlineData(AttemptKind.NotSent)]
    public void Apply_ResultThatMayChange_WaitsForTheSchedule(AttemptKind kind)
    {
        var waiting = Given.Delivery().Apply(Given.Result(kind), _now);
        Assert.Equal((DeliveryPhase.Waiting, 2, _now.AddSeconds(1)), (waiting.Phase, waiting.NextAttempt, waiting.DueAt));
    }

    [Theory]
    [InlineData(AttemptKind.Unknown, DeliveryState.Exhausted, DeliveryCause.ScheduleUsed)]
    [InlineData(AttemptKind.NoResult, DeliveryState.Exhausted, DeliveryCause.ScheduleUsed)]
    [InlineData(AttemptKind.NotSent, DeliveryState.Exhausted, DeliveryCause.ScheduleUsed)]
    [InlineData(AttemptKind.SetupRejected, DeliveryState.Rejected, DeliveryCause.Setup)]
    public void Apply_WholeSchedule_EndsAfterFirstSendAndEveryRetry(AttemptKind kind, DeliveryState state, DeliveryCause cause)
    {
        var delivery = Given.Delivery();
        var sends = 0;
        while (delivery.Phase != DeliveryPhase.Final)
        {
            sends++;
            delivery = delivery.Apply(Given.Result(kind), _now);
            delivery = delivery.Phase == DeliveryPhase.Waiting ? delivery.TimerFired() : delivery;
        }

        Assert.Equal((16, state, cause), (sends, delivery.State, delivery.Cause));
    }

    [Fact]
    public void Apply_Postponed_UsesNoRetry()
    {
        var postponed = Given.Delivery().Apply(Given.Result(AttemptKind.Postponed), _now);
        Assert.Equal((DeliveryPhase.Waiting, 1, 1), (postponed.Phase, postponed.NextAttempt, postponed.Postponements));
        Assert.Equal(PostponeReason.BreakerOpen, postponed.WaitsFor);
    }

    [Fact]
    public void Apply_PostponedForADay_CountsFurtherOnesAsNotSent()
    {
        var delivery = Given.Delivery();
        while (delivery.Attempts.IsEmpty)
        {
            delivery = delivery.Apply(Given.Result(AttemptKind.Postponed), _now);
            delivery = delivery.TimerFired();
        }

        Assert.True(delivery.PostponedFor >= TimeSpan.FromHours(24));
        Assert.Equal(AttemptKind.NotSent, delivery.LastResult?.Kind);
        Assert.Equal($"BreakerOpen; counted as an attempt, because the delivery was postponed for {delivery.PostponedFor:c} in all", delivery.LastResult?.Detail);
        Assert.Null(delivery.LastResult?.PostponeReason);
    }

    [Fact]
    public void Apply_PostponedForExactlyTheLimit_CountsTheNextOneAsNotSent()
    {
        var full = Given.Result(AttemptKind.Postponed) with { PostponeReason = PostponeReason.LimiterFull };
        var delivery = Given.Delivery(new DeliveryPolicy { PostponeLimit = TimeSpan.FromSeconds(10), LimiterWait = TimeSpan.FromSeconds(5) });
        delivery = delivery.Apply(full, _now).TimerFired().Apply(full, _now).TimerFired();
        Assert.Equal((0, TimeSpan.FromSeconds(10)), (delivery.Attempts.Count, delivery.PostponedFor));
        Assert.Equal(AttemptKind.NotSent, Assert.Single(delivery.Apply(full, _now).Attempts).Result.Kind);
    }

    [Fact]
    public void Apply_PostponementsWithAnAttemptBetween_StartOver()
    {
        var delivery = Given.Delivery().Apply(Given.Result(AttemptKind.Postponed), _now).TimerFired().Apply(Given.Result(AttemptKind.Postponed), _now);
        Assert.Equal(2, delivery.PostponedInARow);
        delivery = delivery.TimerFired().Apply(Given.Result(AttemptKind.Unknown), _now);
        Assert.Equal(0, delivery.PostponedInARow);
    }

    [Fact]
    public void Apply_PausedForAYear_UsesNoRetryAndGoesOnWhereItStood()
    {
        var (delivery, now) = (Given.Delivery().Apply(Given.Result(AttemptKind.Unknown), _now).TimerFired(), _now);
        var looks = 0;
        while (now < _now.AddDays(365))
        {
            delivery = delivery.Apply(Paused, now);
            now = delivery.DueAt;
            delivery = delivery.TimerFired();
            looks++;
        }

        Assert.Equal((1, TimeSpan.Zero), (delivery.Attempts.Count, delivery.PostponedFor));
        Assert.InRange(looks, 365 * 24 * 3, 365 * 24 * 5);
        var resumed = delivery.Apply(Given.Result(AttemptKind.Unknown), now);
        Assert.Equal((2, TimeSpan.Zero, now.AddSeconds(2)), (resumed.Attempts.Count, resumed.PausedFor, resumed.DueAt));
    }

    // A day's history must stay one that a worker can replay.
    [Fact]
    public void Apply_PausedForADay_LooksAFewHundredTimes()
    {
        var (delivery, now, looks) = (Given.Delivery(), _now, 0);
        for (; now < _now.AddDays(1); looks++)
        {
            delivery = delivery.Apply(Paused, now);
            now = delivery.DueAt;
            delivery = delivery.TimerFired();
        }

        Assert.InRange(looks, 400, 800);
    }

    [Fact]
    public void Apply_ResultWhileWaiting_Throws()
    {
        var waiting = Given.Delivery().Apply(Given.Result(AttemptKind.Unknown), _now);
        var fault = Assert.Throws<InvalidOperationException>(() => waiting.Apply(Given.Result(AttemptKind.Acknowledged), _now));
        Assert.Equal($"Delivery {waiting.DeliveryId} is Waiting, not Sending.", fault.Message);
    }

    [Theory]
    [InlineData(DeliveryState.Delivered, DeliveryCause.Acknowledged)]
    [InlineData(DeliveryState.Rejected, DeliveryCause.Business)]
    [InlineData(DeliveryState.Exhausted, DeliveryCause.ScheduleUsed)]
    [InlineData(DeliveryState.Cancelled, DeliveryCause.Operator)]
    public void Adopt_EndThatWasNotDecidedHere_HasItsCause(DeliveryState state, DeliveryCause cause)
    {
        var adopted = Given.Delivery().Apply(Given.Result(AttemptKind.Unknown), _now).Adopt(new RecordedEnd(state, _now.AddSeconds(9)));
        Assert.Equal((DeliveryPhase.Final, state, cause, _now.AddSeconds(9)), (adopted.Phase, adopted.State, adopted.Cause, adopted.DueAt));
        Assert.Equal(cause is DeliveryCause.Acknowledged or DeliveryCause.Business, adopted.IsEndedByAnswer);
    }

    [Fact]
    public void Adopt_RejectedAfterASetUpRefusal_IsForTheSetUp()
    {
        var refused = Given.Delivery().Apply(Given.Result(AttemptKind.SetupRejected), _now);
        Assert.Equal(DeliveryCause.Setup, refused.Adopt(new RecordedEnd(DeliveryState.Rejected, _now)).Cause);
    }

    [Fact]
    public void AnswerFor_SameAnswer_EndsWhenTheRecordSays()
    {
        var answer = new RecordedEnd(DeliveryState.Rejected, _now.AddSeconds(7)).AnswerFor(Given.Result(AttemptKind.Rejected, "PROCESS_FAIL"));
        Assert.Equal((AttemptKind.Rejected, "PROCESS_FAIL", _now.AddSeconds(7)), (answer.Kind, answer.ResultCode, answer.EndedAt));
    }

    [Fact]
    public void AnswerFor_AnotherAnswer_IsTheRecordsAndSaysSo()
    {
        var answer = new RecordedEnd(DeliveryState.Delivered, _now).AnswerFor(Given.Result(AttemptKind.NoResult));
        Assert.Equal((AttemptKind.Acknowledged, _now), (answer.Kind, answer.EndedAt));
        Assert.Contains("the last run came to NoResult", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void RecordedEnd_OfAnOpenDelivery_Throws() =>
        Assert.Contains("is Sending: it has no end yet", Assert.Throws<InvalidOperationException>(() => RecordedEnd.Of(Given.Delivery())).Message, StringComparison.Ordinal);

    [Fact]
    public void Apply_ResultAfterTheEnd_Throws()
    {
        var ended = Given.Delivery().Apply(Given.Result(AttemptKind.Rejected), _now);
        Assert.Throws<InvalidOperationException>(() => ended.Apply(Given.Result(AttemptKind.Acknowledged), _now));
        Assert.Throws<InvalidOperationException>(() => ended.TimerFired());
    }

    [Fact]
    public void Apply_SlowDownThenNormal_NeverWaitsLess()
    {
        var delivery = Given.Delivery().Apply(Given.Result(AttemptKind.NoResult, slowDown: true), _now);
        Assert.Equal(_now.AddSeconds(30), delivery.DueAt);
        delivery = delivery.TimerFired().Apply(Given.Result(AttemptKind.NoResult), _now);
        Assert.Equal(_now.AddSeconds(30), delivery.DueAt);
    }
}
