using FunctionsNotify.App.Tests.Replay;
using FunctionsNotify.App.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace FunctionsNotify.App.Tests.Deliver;

/// <summary>
/// An activity runs at least once: the first attempt's is killed at any place, runs again or fails, and another answer
/// comes. The first end that was merged stands, for the claim, every outcome and the orchestrator.
/// </summary>
[Collection(SharedAzurite.Name)]
public sealed class SecondRunTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    // How many calls to storage the first run still makes: it is killed after the send, the merge, the index row, the
    // publication, which is before its result is in the history.
    public static TheoryData<AttemptKind, int, bool> Kills
    {
        get
        {
            var kills = new TheoryData<AttemptKind, int, bool>();
            foreach (var (kind, calls) in new[] { (AttemptKind.Acknowledged, 2), (AttemptKind.Rejected, 3), (AttemptKind.Unknown, 1) })
            {
                for (var made = 0; made <= calls; made++)
                {
                    kills.Add(kind, made, true);
                    kills.Add(kind, made, false);
                }
            }

            return kills;
        }
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task Run_KilledAndMadeAgain_OneEndStandsWhateverTheSecondRunCameTo(AttemptKind first, int callsMade, bool runsAgain)
    {
        foreach (var second in Enum.GetValues<AttemptKind>())
        {
            await KilledAsync(first, callsMade, runsAgain, second);
        }
    }

    private async Task KilledAsync(AttemptKind first, int callsMade, bool runsAgain, AttemptKind second)
    {
        var paymentId = $"{first}-{callsMade}-{runsAgain}-{second}";
        var (_, tag) = await _world.Claims.TryInsertAsync(Claim(paymentId), default);
        var answers = new Queue<AttemptResult>([Given.Result(first), Given.Result(second) with { StartedAt = Given.Start.AddMinutes(1) }]);
        var sends = new List<string>();
        var client = new Mock<INotifyPushPaymentClient>();
        client.Setup(mock => mock.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            sends.Add(paymentId);
            return answers.TryDequeue(out var answer) ? answer : Given.Result(AttemptKind.Acknowledged) with { StartedAt = Given.Start.AddMinutes(2) };
        });
        using var sender = Senders.New(client.Object, new OverloadPolicy(), _world.Metrics, _world.Time);
        var activity = new SendAttemptFunction(sender, _world.Recorder, _world.Metrics, _world.Time, NullLogger<SendAttemptFunction>.Instance);

        ActivityEnd End(ActivityCall call)
        {
            if (call.Name == RecordOutcomeFunction.Name)
            {
                return ActivityEnd.Done(_world.Recorder.EndAsync(WorkerJson.Read<Delivery>(call.Input)!, default).GetAwaiter().GetResult());
            }

            var input = WorkerJson.Read<SendAttemptInput>(call.Input)!;
            if (call.Number == 1)
            {
                (_world.Calls.UntilFault, _world.Calls.Lasts) = (callsMade, true);
                activity.RunAsync(input, default).GetAwaiter().GetResult();
                _world.Calls.UntilFault = null;
                if (!runsAgain)
                {
                    return ActivityEnd.Failed();
                }
            }

            return ActivityEnd.Done(activity.RunAsync(input, default).GetAwaiter().GetResult());
        }

        var run = DeliverRun.Of(Given.Input(paymentId: paymentId) with { ClaimTag = tag }, End);

        var claim = (await _world.Claims.GetAsync(paymentId, default))!;
        Assert.Equal((run.Output.State, run.Output.EndedAt), (claim.State, claim.EndedAt));
        var outcomes = (await _world.OutcomesAsync()).Select(outcome => ($"{outcome["outcomeId"]}", $"{outcome["state"]}", DateTimeOffset.Parse($"{outcome["endedAt"]}", System.Globalization.CultureInfo.InvariantCulture))).ToList();
        Assert.Equal([(claim.DeliveryId, $"{claim.State}", claim.EndedAt!.Value)], outcomes.Distinct());

        var isMerged = first != AttemptKind.Unknown && callsMade > 0;
        if (isMerged)
        {
            Assert.Equal((first == AttemptKind.Acknowledged ? DeliveryState.Delivered : DeliveryState.Rejected, Given.Result(first).EndedAt), (claim.State, claim.EndedAt!.Value));
            // A second run cannot know before its answer; whoever comes after a failed activity asks.
            Assert.Equal(runsAgain ? 2 : 1, sends.Count);
        }

        Assert.Equal(claim.State == DeliveryState.Delivered, run.Output.Attempts[^1].Result.Kind == AttemptKind.Acknowledged);
    }

    private static Claim Claim(string paymentId) => new()
    {
        PaymentId = paymentId,
        DeliveryId = DeliveryIds.ForDelivery(paymentId, generation: 1),
        Body = "{}"u8.ToArray(),
        BodyHashes = ["hash"],
        FirstMessageId = "m-1",
        AcceptedAt = Given.Start,
    };
}
