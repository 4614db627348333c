using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Intake;

public sealed class AdmissionTests : IDisposable
{
    private const int Max = 64;

    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Mock<QueueClient> _workItems = new(MockBehavior.Strict);
    private readonly Admission _admission;

    public AdmissionTests() => _admission = new Admission(_workItems.Object, new OverloadPolicy { MaxWorkItems = Max }, _time, NullLogger<Admission>.Instance);

    [Fact]
    public async Task Wait_NoBurst_CostsNoQuestion()
    {
        for (var second = 0; second < 5; second++)
        {
            await Task.WhenAll(Waits(Admission.Unasked));
            _time.Advance(Admission.AskEvery);
        }

        _workItems.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task Wait_MuchWaits_HoldsUntilLessDoesAndAsksOnceASecond()
    {
        Has(Max);
        await Task.WhenAll(Waits(Admission.Unasked));
        var held = Waits(10);

        await HeldAsync(held, _time, Admission.AskEvery);
        Assert.All(held, wait => Assert.False(wait.IsCompleted));
        Has(Max - 4);
        _time.Advance(Admission.AskEvery);
        await Eventually.BecomesTrueAsync(() => held.Count(wait => wait.IsCompletedSuccessfully) == 4, Eventually.Soon, "as many as there is room for");
        Assert.Equal(6, held.Count(wait => !wait.IsCompleted));
        Has(0);
        await Eventually.BecomesTrueAsync(() =>
        {
            _time.Advance(Admission.AskEvery);
            return held.All(wait => wait.IsCompletedSuccessfully);
        }, Eventually.Soon, "the rest");
    }

    [Fact]
    public async Task Wait_ManyAtOnce_CountsThoseThatAreNoWorkItemsYet()
    {
        Has(0);

        var waits = Waits(3 * Max);
        await Eventually.BecomesTrueAsync(() => waits.Count(wait => wait.IsCompletedSuccessfully) == Max, Eventually.Soon, "as many as there is room for");
        Asked(1);
        _time.Advance(Admission.AskEvery);

        await Eventually.BecomesTrueAsync(() => waits.Count(wait => wait.IsCompletedSuccessfully) == Max + (Max / 2), Eventually.Soon, "half as many more");
        Asked(2);
        Assert.Equal(Max + (Max / 2), waits.Count(wait => wait.IsCompletedSuccessfully));
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
            _time.Advance(Admission.AskEvery);
            await Eventually.BecomesTrueAsync(() => held.IsCompleted || Asks > asks, Eventually.Soon, "the next question");
        }

        await held.WaitAsync(Eventually.Soon);
    }

    [Fact]
    public async Task Wait_TheQueueCannotBeAsked_HoldsNothingBack()
    {
        _workItems.Setup(queue => queue.GetPropertiesAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new RequestFailedException(503, "busy"));

        await Task.WhenAll(Waits(1000)).WaitAsync(Eventually.Soon);

        Asked(1);
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

    // Three more seconds, one question in each.
    private async Task HeldAsync(List<Task> held, FakeTimeProvider time, TimeSpan second)
    {
        for (var number = 0; number < 3; number++)
        {
            var asks = Asks;
            time.Advance(second);
            await Eventually.BecomesTrueAsync(() => Asks == asks + 1, Eventually.Soon, "the next question");
            Assert.All(held, wait => Assert.False(wait.IsCompleted));
        }
    }
}
