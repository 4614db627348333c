using System.Net;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.AnyHost;

public sealed class CommandScenarios : SharedHostScenarios
{
    private static readonly ScriptStep[] FourthTime = [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success];

    [Fact]
    public async Task Cancel_WhileWaiting_IsCancelledAndNeverSentAgain()
    {
        var payment = await WaitingForAttemptFourAsync("cancel");
        var id = await AcceptedAsync(payment, "cancel", new { actor = "ann", reason = "told by phone" });

        var delivered = await Host.EndAsync(payment);
        delivered.Is("Cancelled", sends: 3);
        Assert.Equal("Operator", delivered.Outcome.Cause);
        var verdict = Assert.Single(delivered.Answer.Delivery!.Commands);
        Assert.Equal((id, "Cancel", "Applied", "ann", "told by phone"), (verdict.Id, verdict.Kind, verdict.Result, verdict.Actor, verdict.Reason));
    }

    [Fact]
    public async Task SendNow_WhileWaiting_SendsBeforeTheRetryIsDue()
    {
        var payment = await WaitingForAttemptFourAsync("send-now");
        var due = (await Host.Api.FindAsync(payment.Id))!.Delivery!.NextDueAt!.Value;
        var id = await AcceptedAsync(payment, "send-now", new { expectedAttempt = 4, actor = "ann", reason = "scenario" });

        var delivered = await Host.EndAsync(payment);
        delivered.Is("Delivered", sends: 4);
        var verdict = Assert.Single(delivered.Answer.Delivery!.Commands);
        Assert.Equal((id, "SendNow", "Applied"), (verdict.Id, verdict.Kind, verdict.Result));
        // The record says that the attempt was due by command, whatever the machine made of it.
        Assert.True(delivered.Outcome.Attempts[3].DueAt < due, "the command did not bring the attempt forward");
    }

    [Fact]
    public async Task SendNow_ForAnotherAttempt_IsRefusedOnTheRecord()
    {
        var payment = await WaitingForAttemptFourAsync("send-now-other");
        var id = await AcceptedAsync(payment, "send-now", new { expectedAttempt = 9, actor = "ann", reason = "scenario" });

        var refused = await Host.Api.WaitAsync(payment.Id, found => found.Delivery is { Commands.Count: 1 }, HostUnderTest.Patience, "to have a verdict");
        var verdict = Assert.Single(refused.Delivery!.Commands);
        Assert.Equal((id, "Refused"), (verdict.Id, verdict.Result));
        Assert.Contains("expectedAttempt", verdict.Detail, StringComparison.Ordinal);
        (await Host.EndAsync(payment)).Is("Delivered", sends: 4);
    }

    [Fact]
    public async Task Cancel_DuringAnAttemptThatSucceeds_ComesTooLate()
    {
        var payment = Payment.Succeeded("cancel-in-flight");
        await Host.ScriptAsync(payment, ScriptStep.Success with { Delay = TimeSpan.FromSeconds(1) });
        await Host.EnqueueAsync(payment);
        await Host.ReceivedAsync(payment, 1);
        var (status, _) = await Host.Api.CommandAsync(payment.Id, "cancel");

        // On a slow machine the delivery may have ended before the command: then it is refused at once.
        var delivered = await Host.EndAsync(payment);
        delivered.Is("Delivered", sends: 1);
        if (status == HttpStatusCode.Accepted)
        {
            // A command that reached the delivery after its end has no verdict there, which means the same.
            Assert.All(delivered.Answer.Delivery!.Commands, command => Assert.Equal("TooLate", command.Result));
        }
        else
        {
            Assert.Equal(HttpStatusCode.Conflict, status);
        }
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("send-now")]
    public async Task Command_AfterTheEnd_Is409(string kind)
    {
        var payment = Payment.Succeeded("too-late");
        (await Host.DeliverAsync(payment, ScriptStep.Success)).Is("Delivered", sends: 1);
        var (status, answer) = await Host.Api.CommandAsync(payment.Id, kind);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Delivered", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await Host.EndAsync(payment)).Is("Delivered", sends: 1);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("send-now")]
    public async Task Command_UnknownPayment_Is404(string kind) =>
        Assert.Equal(HttpStatusCode.NotFound, (await Host.Api.CommandAsync(Payment.NewId("unknown-payment"), kind)).Status);

    private async Task<string> AcceptedAsync(Payment payment, string kind, object body)
    {
        var (status, answer) = await Host.Api.CommandAsync(payment.Id, kind, body);
        Assert.Equal(HttpStatusCode.Accepted, status);
        return answer.GetProperty("commandId").GetString()!;
    }

    // The wait before the fourth attempt is the first one that is long enough to act in.
    private async Task<Payment> WaitingForAttemptFourAsync(string scenario)
    {
        var payment = Payment.Succeeded(scenario);
        await Host.ScriptAsync(payment, FourthTime);
        await Host.EnqueueAsync(payment);
        await Host.Api.WaitForAttemptAsync(payment, 4);
        return payment;
    }
}
