using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>The wall clock is wrong and is set: no send is lost, doubled, early, or late by what the clock was set.</summary>
public sealed class ClockTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _passing = EngineUnderTest.Clock();
    private readonly SetClock _time;

    public ClockTests() => _time = new SetClock(_passing);

    public static TheoryData<double> Leaps => [-24 * 365, -26, -1, -0.001, 0.001, 1, 26, 24 * 365];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Leaps))]
    public async Task Wait_ClockIsSetMeanwhile_TakesAsLongAsPlanned(double hours)
    {
        using var state = new LocalState(_folder.File("state.db"));
        var client = new ScriptedClient(_passing, attempt => Payments.Result(attempt < 3 ? AttemptKind.Unknown : AttemptKind.Acknowledged, _time.GetUtcNow()));
        await using var test = new EngineUnderTest(state, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        var claim = await test.AcceptAsync("set", _time.GetUtcNow());

        for (var made = 1; made < 3; made++)
        {
            await RecordedAsync(test, claim, made);
            var waits = made;
            await Eventually.BecomesTrueAsync(() => _time.Armed >= waits, Eventually.Soon, "the wait to begin");
            _time.Set(TimeSpan.FromHours(hours));
            var wait = test.Recorded(claim.DeliveryId).LastWait;
            _passing.Advance(wait - Tick);
            Assert.Equal(made, client.Sent.Count);
            _passing.Advance(Tick);
        }

        await EndedAsync(test);
        Assert.Equal(3, client.Sent.Count);
        Assert.Single(client.Sent.Select(sent => sent.Body).Distinct());
        Assert.Equal(DeliveryState.Delivered, test.Recorded(claim.DeliveryId).State);
    }

    [Theory]
    [MemberData(nameof(Leaps))]
    public async Task Start_ClockWasSetWhileTheHostWasDown_WaitsAtMostAsPlannedAndSendsOnce(double hours)
    {
        using var state = new LocalState(_folder.File("state.db"));
        Claim claim;
        TimeSpan wait;
        await using (var before = new EngineUnderTest(state, new ScriptedClient(_passing, _ => Payments.Result(AttemptKind.NoResult, _time.GetUtcNow())), new RecordingPublisher(), _time))
        {
            before.Engine.Start();
            claim = await before.AcceptAsync("restart", _time.GetUtcNow());
            await RecordedAsync(before, claim, 1);
            wait = before.Recorded(claim.DeliveryId).LastWait;
        }

        using var after = state.AfterCrash(_folder.File("after.db"));
        _time.Set(TimeSpan.FromHours(hours));
        var client = new ScriptedClient(_passing, _ => Payments.Result(AttemptKind.Acknowledged, _time.GetUtcNow()));
        await using var test = new EngineUnderTest(after, client, new RecordingPublisher(), _time);
        test.Engine.Start();
        _passing.Advance(wait + Tick);

        await EndedAsync(test);
        Assert.Single(client.Sent);
        Assert.Equal([1, 2], test.Recorded(claim.DeliveryId).Attempts.Select(attempt => attempt.Number));
    }

    private static Task RecordedAsync(EngineUnderTest test, Claim claim, int attempts) => Eventually.BecomesTrueAsync(
        () => test.Recorded(claim.DeliveryId) is { Phase: DeliveryPhase.Waiting } delivery && delivery.Attempts.Count == attempts,
        Eventually.Soon,
        $"the record of attempt {attempts}");

    private static Task EndedAsync(EngineUnderTest test) =>
        Eventually.BecomesTrueAsync(() => test.Publisher.Published.Count == 1, Eventually.Soon, "the outcome");
}
