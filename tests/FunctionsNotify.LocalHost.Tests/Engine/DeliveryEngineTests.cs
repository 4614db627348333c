using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class DeliveryEngineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = EngineUnderTest.Clock();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Attempts_NeverAnswered_FollowTheWholeLadderWithTheSameBodyAndEndExhausted()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, _ => Result(AttemptKind.NoResult));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("ladder", _time.GetUtcNow());

        for (var attempt = 1; attempt <= 16; attempt++)
        {
            var made = attempt;
            await Eventually.BecomesTrueAsync(() => test.Recorded(claim.DeliveryId).Attempts.Count == made, Eventually.Soon, $"the record of attempt {made}");
            var delivery = test.Recorded(claim.DeliveryId);
            if (delivery.Phase == DeliveryPhase.Final)
            {
                break;
            }

            await AdvanceToAsync(test, claim.DeliveryId, delivery.DueAt, made + 1, client);
        }

        Assert.Equal(16, client.Sent.Count);
        Assert.Single(client.Sent.Select(sent => sent.Body).Distinct());
        var outcome = await Eventually.IsThereAsync(() => Task.FromResult(test.Publisher.Published.SingleOrDefault()), Eventually.Soon, "the outcome");
        Assert.Equal(DeliveryState.Exhausted, Assert.IsType<DeliveryOutcome>(outcome).State);
        var final = test.Recorded(claim.DeliveryId);
        Assert.All(client.Sent.Zip(final.Attempts), pair => Assert.True(pair.First.At >= pair.Second.DueAt, $"attempt {pair.Second.Number} was early"));
    }

    [Fact]
    public async Task Attempts_ManyWaiting_AreMadeInOrderOfTheirDueTimes()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, _ => Result(AttemptKind.Unknown));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time, new EngineOptions { SendConcurrency = 1, StopGrace = TimeSpan.FromSeconds(1) });
        test.Engine.Start();
        List<Claim> claims = [];
        for (var number = 0; number < 20; number++)
        {
            claims.Add(await test.AcceptAsync($"order-{number}", _time.GetUtcNow()));
            var last = claims[^1];
            await Eventually.BecomesTrueAsync(() => test.Recorded(last.DeliveryId).Phase == DeliveryPhase.Waiting, Eventually.Soon, "the first attempt's record");
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        client.Sent.Clear();
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.BecomesTrueAsync(() => client.Sent.Count == claims.Count, Eventually.Soon, "every second attempt");

        Assert.Equal(claims.Select(claim => Payments.Body(claim.PaymentId)), client.Sent.Select(sent => sent.Body));
    }

    [Fact]
    public async Task Start_CrashBeforeTheResultWasRecorded_MakesTheAttemptAgainWithTheSameBody()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var claim = Payments.Claim("resend", _time.GetUtcNow());
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);

        using var after = state.AfterCrash(_folder.File("after.db"));
        var client = new ScriptedClient(_time, _ => Result(AttemptKind.Acknowledged));
        await using var test = new EngineUnderTest(after, client, new RecordingPublisher(), _time);
        test.Engine.Start();

        await Eventually.BecomesTrueAsync(() => test.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");
        Assert.Equal(Payments.Body("resend"), Assert.Single(client.Sent).Body);
        Assert.Equal(DeliveryState.Delivered, after.Reader.FindClaim("resend")!.State);
        await Eventually.BecomesTrueAsync(() => after.Reader.Outbox().Count == 0, Eventually.Soon, "the empty outbox");
    }

    [Fact]
    public async Task Start_WaitIsOverSinceLong_MakesTheDueAttemptAtOnceAndNoOther()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var claim = Payments.Claim("overdue", _time.GetUtcNow());
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        await RecordAsync(state, claim, delivery => delivery.Apply(Result(AttemptKind.Unknown), _time.GetUtcNow()));
        _time.Advance(TimeSpan.FromDays(2));

        var client = new ScriptedClient(_time, _ => Result(AttemptKind.Unknown));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Eventually.BecomesTrueAsync(() => test.Recorded(claim.DeliveryId).Attempts.Count == 2, Eventually.Soon, "attempt 2");
        Assert.Equal(_time.GetUtcNow().AddSeconds(2), test.Recorded(claim.DeliveryId).DueAt);
        Assert.Single(client.Sent);
    }

    [Fact]
    public async Task Start_WaitIsNotOver_MakesNoAttemptBeforeItIs()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var claim = Payments.Claim("waiting", _time.GetUtcNow());
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        await RecordAsync(state, claim, delivery => delivery.Apply(Result(AttemptKind.Unknown), _time.GetUtcNow()));
        var client = new ScriptedClient(_time, _ => Result(AttemptKind.Acknowledged));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);

        test.Engine.Start();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(client.Sent);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Eventually.BecomesTrueAsync(() => test.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");
    }

    [Fact]
    public async Task Start_CrashBeforeTheOutcomeWasPublished_PublishesItAndSendsNothing()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var claim = Payments.Claim("unpublished", _time.GetUtcNow());
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        await RecordAsync(state, claim, delivery => delivery.Apply(Result(AttemptKind.Rejected), _time.GetUtcNow()));

        using var after = state.AfterCrash(_folder.File("after.db"));
        var client = new ScriptedClient(_time, _ => Result(AttemptKind.Acknowledged));
        await using var test = new EngineUnderTest(after, client, new RecordingPublisher(), _time);
        test.Engine.Start();

        await Eventually.BecomesTrueAsync(() => after.Reader.Outbox().Count == 0, Eventually.Soon, "the empty outbox");
        var outcome = Assert.IsType<DeliveryOutcome>(Assert.Single(test.Publisher.Published));
        Assert.Equal((DeliveryState.Rejected, claim.DeliveryId), (outcome.State, outcome.OutcomeId));
        Assert.Empty(client.Sent);
    }

    [Fact]
    public async Task Publish_QueueIsAway_TriesAgainUntilItIsBack()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, _ => Result(AttemptKind.Acknowledged));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(failures: 3), _time);
        test.Engine.Start();
        await test.AcceptAsync("away", _time.GetUtcNow());

        await Eventually.BecomesTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return test.Publisher.Published.Count == 1;
            },
            Eventually.Soon,
            "the outcome");
        await Eventually.BecomesTrueAsync(() => state.Reader.Outbox().Count == 0, Eventually.Soon, "the empty outbox");
    }

    [Fact]
    public async Task Start_KnownDelivery_IsInHandWhetherOpenOrEnded()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, attempt => Result(attempt == 1 ? AttemptKind.Unknown : AttemptKind.Acknowledged));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("again", _time.GetUtcNow());
        var input = Payments.Input(claim, new DeliveryPolicy());

        Assert.Equal(StartResult.AlreadyInHand, await test.Engine.StartAsync(input, CancellationToken.None));
        await Eventually.BecomesTrueAsync(() => test.Recorded(claim.DeliveryId).Phase == DeliveryPhase.Waiting, Eventually.Soon, "the wait");
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.BecomesTrueAsync(() => test.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");

        Assert.Equal(StartResult.AlreadyInHand, await test.Engine.StartAsync(input, CancellationToken.None));
        Assert.Equal(2, client.Sent.Count);
    }

    [Fact]
    public async Task Start_ClaimedButNeverStarted_IsStartedByTheNextMessage()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, _ => Result(AttemptKind.Acknowledged));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = Payments.Claim("healed", _time.GetUtcNow());
        await state.Claims.TryInsertAsync(claim, CancellationToken.None);
        state.Fresh.TryTake(claim.DeliveryId, out _);

        Assert.Equal(StartResult.Started, await test.Engine.StartAsync(Payments.Input(claim, new DeliveryPolicy()), CancellationToken.None));

        await Eventually.BecomesTrueAsync(() => test.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");
    }

    [Fact]
    public async Task Attempt_ClientFails_IsRecordedAsNoResult()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, _ => throw new NotSupportedException("a bug"));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("bug", _time.GetUtcNow());

        await Eventually.BecomesTrueAsync(() => test.Recorded(claim.DeliveryId).Attempts.Count == 1, Eventually.Soon, "the attempt's record");

        var result = test.Recorded(claim.DeliveryId).LastResult!;
        Assert.Equal(AttemptKind.NoResult, result.Kind);
        Assert.Equal("a fault of ours, it may have been sent: NotSupportedException", result.Detail);
    }

    [Fact]
    public async Task Send_SendNowWhileWaiting_IsRecordedBeforeItReturnsAndSentAtOnce()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, attempt => Result(attempt == 1 ? AttemptKind.Unknown : AttemptKind.Acknowledged));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("now", _time.GetUtcNow());
        await Eventually.BecomesTrueAsync(() => test.Recorded(claim.DeliveryId).Phase == DeliveryPhase.Waiting, Eventually.Soon, "the wait");

        await test.Engine.SendAsync(claim.DeliveryId, Command(CommandKind.SendNow, expectedAttempt: 2), CancellationToken.None);

        using (var crashed = state.AfterCrash(_folder.File("crashed.db")))
        {
            Assert.Equal(CommandResult.Applied, crashed.Reader.FindDelivery(claim.DeliveryId)!.Delivery.Verdicts.Single().Result);
        }

        await Eventually.BecomesTrueAsync(() => test.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");
        Assert.Equal(2, client.Sent.Count);
    }

    [Fact]
    public async Task Send_CancelDuringAnAttempt_TakesEffectAfterItsResult()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var answer = new TaskCompletionSource<AttemptResult>();
        var client = new ScriptedClient(_time, (_, _) => answer.Task);
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("cancel", _time.GetUtcNow());
        await Eventually.BecomesTrueAsync(() => client.Sent.Count == 1, Eventually.Soon, "the attempt");

        await test.Engine.SendAsync(claim.DeliveryId, Command(CommandKind.Cancel), CancellationToken.None);
        using (var crashed = state.AfterCrash(_folder.File("crashed.db")))
        {
            Assert.Single(crashed.Reader.FindDelivery(claim.DeliveryId)!.Delivery.PendingCommands);
        }

        answer.SetResult(Result(AttemptKind.Unknown));

        var outcome = await Eventually.IsThereAsync(() => Task.FromResult(test.Publisher.Published.SingleOrDefault()), Eventually.Soon, "the outcome");
        Assert.Equal(DeliveryState.Cancelled, Assert.IsType<DeliveryOutcome>(outcome).State);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Single(client.Sent);
    }

    [Fact]
    public async Task Send_SendNowDuringAPostponement_IsSentAgainAndNotForgotten()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var postponed = new TaskCompletionSource<AttemptResult>();
        var client = new ScriptedClient(_time, (attempt, _) => attempt == 1 ? postponed.Task : Task.FromResult(Result(AttemptKind.Acknowledged)));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("postponed", _time.GetUtcNow());
        await Eventually.BecomesTrueAsync(() => client.Sent.Count == 1, Eventually.Soon, "the attempt");
        await test.Engine.SendAsync(claim.DeliveryId, Command(CommandKind.SendNow, expectedAttempt: 1), CancellationToken.None);

        postponed.SetResult(AttemptResult.Postponed(PostponeReason.SignerThrottled, _time.GetUtcNow()));

        await Eventually.BecomesTrueAsync(() => test.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");
    }

    [Fact]
    public async Task Record_FileIsLocked_NothingIsSentBeforeTheStateIsRecorded()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var answer = new TaskCompletionSource<AttemptResult>();
        var client = new ScriptedClient(_time, (attempt, _) => attempt == 1 ? answer.Task : Task.FromResult(Result(AttemptKind.Acknowledged)));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("locked", _time.GetUtcNow());
        await Eventually.BecomesTrueAsync(() => client.Sent.Count == 1, Eventually.Soon, "the attempt");
        using (var other = state.Database.Open())
        {
            StateDatabase.Execute(other, "BEGIN IMMEDIATE");
            answer.SetResult(Result(AttemptKind.Unknown));
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Single(client.Sent);
            StateDatabase.Execute(other, "ROLLBACK");
        }

        await Eventually.BecomesTrueAsync(() => test.Recorded(claim.DeliveryId).Attempts.Count >= 1, Eventually.Soon, "the attempt's record");
        await Eventually.BecomesTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return test.Publisher.Published.Count == 1;
            },
            Eventually.Soon,
            "the outcome");
    }

    [Fact]
    public async Task Stop_AttemptInFlight_IsDroppedAndMadeAgainAtTheNextStart()
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_time, async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            throw new InvalidOperationException("not reached");
        });
        var claim = Payments.Claim("stopped", _time.GetUtcNow());
        await using (var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time, new EngineOptions { StopGrace = TimeSpan.FromMilliseconds(50) }))
        {
            test.Engine.Start();
            await test.AcceptAsync("stopped", _time.GetUtcNow());
            await Eventually.BecomesTrueAsync(() => client.Sent.Count == 1, Eventually.Soon, "the attempt");
        }

        Assert.Empty(state.Reader.FindDelivery(claim.DeliveryId)!.Delivery.Attempts);
        var answering = new ScriptedClient(_time, _ => Result(AttemptKind.Acknowledged));
        await using var next = new EngineUnderTest(state, answering, new RecordingPublisher(), _time);
        next.Engine.Start();
        await Eventually.BecomesTrueAsync(() => next.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");
    }

    private static DeliveryCommand Command(CommandKind kind, int? expectedAttempt = null) =>
        new() { Id = "command-1", Kind = kind, ExpectedAttempt = expectedAttempt, Actor = "test" };

    private static async Task RecordAsync(LocalState state, Claim claim, Func<Delivery, Delivery> change)
    {
        var delivery = state.Reader.FindDelivery(claim.DeliveryId)!.Delivery;
        await state.Writer.Enqueue(new RecordChange(change(delivery))).Committed;
    }

    // The record is committed a moment before the timer is set, so the clock is nudged until the attempt comes.
    private async Task AdvanceToAsync(EngineUnderTest test, string deliveryId, DateTimeOffset dueAt, int attempt, ScriptedClient client)
    {
        var wait = dueAt - _time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            _time.Advance(wait);
        }

        await Eventually.BecomesTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                return client.Sent.Count >= attempt && test.Recorded(deliveryId).Attempts.Count >= attempt;
            },
            Eventually.Soon,
            $"attempt {attempt}");
    }

    private AttemptResult Result(AttemptKind kind) => Payments.Result(kind, _time.GetUtcNow());
}
