using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Intake;

public sealed class AdmissionTests : IDisposable
{
    private const int Max = 32;

    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Mock<QueueClient> _workItems = new(MockBehavior.Strict);
    private readonly List<string> _lines = [];
    private readonly Admission _admission;

    public AdmissionTests() => _admission = new Admission(_workItems.Object, new OverloadPolicy { MaxWorkItems = Max }, _time, new KeptLog<Admission>(_lines));

    [Fact]
    public async Task Wait_NoBurst_CostsNoQuestion()
    {
        for (var time = 0; time < 5; time++)
        {
            await Task.WhenAll(Waits(Admission.Unasked));
            _time.Advance(Admission.AskEvery);
        }

        _workItems.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task Wait_MuchWaits_HoldsUntilLessDoesAndAsksOnceInATime()
    {
        Has(Max);
        await Task.WhenAll(Waits(Admission.Unasked));
        var held = Waits(10);

        for (var asks = 2; asks <= 4; asks++)
        {
            await AdvanceAsync(Admission.AskEvery);
            Asked(asks);
            Assert.All(held, wait => Assert.False(wait.IsCompleted));
        }

        Has(Max - 4);
        await AdvanceAsync(Admission.AskEvery);
        Assert.Equal(4, held.Count(wait => wait.IsCompletedSuccessfully));
        Has(0);
        await AdvanceAsync(Admission.AskEvery);
        Assert.All(held, wait => Assert.True(wait.IsCompletedSuccessfully));

        // One line when it begins, one when none was held for a while.
        for (var time = 0; time < 2; time++)
        {
            await AdvanceAsync(Admission.AskEvery);
            await _admission.WaitAsync(CancellationToken.None);
        }

        Assert.Equal(
            [$"Information: New payments are held back: {Max} work items of at most {Max} before retries become late", $"Information: New payments are taken in again: 0 work items of at most {Max} before retries become late"],
            _lines);
    }

    [Fact]
    public async Task Wait_HeldBetweenTwoQuestions_GoesOnWithTheNext()
    {
        Has(Max);
        await Task.WhenAll(Waits(Admission.Unasked));
        var first = Waits(1)[0];
        _time.Advance((0.7 * Admission.AskEvery) + TimeSpan.FromTicks(1));
        var second = Waits(1)[0];
        Has(0);

        // A timer cuts off what is no whole millisecond: who wakes in the last one must not ask for ever.
        var half = TimeSpan.FromMilliseconds(0.5);
        await AdvanceAsync((0.3 * Admission.AskEvery) - half).WaitAsync(Eventually.Soon);
        await AdvanceAsync(half);

        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully);
        Asked(2);
    }

    [Fact]
    public async Task Wait_ManyAtOnce_CountsThoseThatAreNoWorkItemsYet()
    {
        Has(0);

        var waits = Waits(3 * Max);
        Assert.Equal(Max, waits.Count(wait => wait.IsCompletedSuccessfully));
        Asked(1);
        await AdvanceAsync(Admission.AskEvery);
        Assert.Equal(Max, waits.Count(wait => wait.IsCompletedSuccessfully));
        Asked(2);
        await AdvanceAsync(Admission.AskEvery);

        Assert.Equal(2 * Max, waits.Count(wait => wait.IsCompletedSuccessfully));
        Asked(3);
    }

    [Fact]
    public async Task Wait_MuchWaitsForLong_GoesOnAfterTheLongestHold()
    {
        Has(10 * Max);
        await Task.WhenAll(Waits(Admission.Unasked));
        var held = Waits(1)[0];

        for (var at = TimeSpan.Zero; at < Admission.LongestHold; at += Admission.AskEvery)
        {
            Assert.False(held.IsCompleted);
            var asks = Asks;
            await AdvanceAsync(Admission.AskEvery);
            Asked(asks + 1);
        }

        Assert.True(held.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_TheQueueCannotBeAsked_HoldsNothingBackAndSaysSoOnce()
    {
        _workItems.Setup(queue => queue.GetPropertiesAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new RequestFailedException(503, "busy"));

        for (var asks = 1; asks <= 4; asks++)
        {
            await Task.WhenAll(Waits(1000)).WaitAsync(Eventually.Soon);
            Asked(asks);
            _time.Advance(Admission.AskEvery);
        }

        Has(0);
        _ = Waits(1);
        Assert.Equal(
            ["Warning: The queue of work items cannot be counted (RequestFailedException); nothing is held back until it can", "Information: The queue of work items can be counted again"],
            _lines.Take(2));
    }

    [Fact]
    public async Task Wait_TheQueueDoesNotAnswer_HoldsNothingBackAfterAMoment()
    {
        _workItems.Setup(queue => queue.GetPropertiesAsync(It.IsAny<CancellationToken>()))
            .Returns(async (CancellationToken stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                throw new InvalidOperationException("It was cancelled.");
            });

        var waits = Waits(Admission.Unasked + 1);
        _time.Advance(TimeSpan.FromSeconds(2));

        await Task.WhenAll(waits).WaitAsync(Eventually.Soon);
    }

    [Fact]
    public async Task Wait_HostStops_GivesTheMessageBack()
    {
        Has(Max);
        await Task.WhenAll(Waits(Admission.Unasked));
        using var stop = new CancellationTokenSource();
        var held = _admission.WaitAsync(stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    public void Dispose() => _admission.Dispose();

    private int Asks => _workItems.Invocations.Count;

    private void Asked(int times) => Assert.Equal(times, Asks);

    private List<Task> Waits(int count) => [.. Enumerable.Range(0, count).Select(_ => _admission.WaitAsync(CancellationToken.None))];

    private void Has(int count) => _workItems.Setup(queue => queue.GetPropertiesAsync(It.IsAny<CancellationToken>()))
        .ReturnsAsync(() => Response.FromValue(QueuesModelFactory.QueueProperties(new Dictionary<string, string>(), count), Mock.Of<Response>()));

    // On a thread without the test's context, so that whoever waits goes on, and waits again, before this has ended.
    private Task AdvanceAsync(TimeSpan by) => Task.Run(() => _time.Advance(by));
}
