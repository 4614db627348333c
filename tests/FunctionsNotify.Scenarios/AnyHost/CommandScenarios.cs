using System.Net;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.AnyHost;

[Trait("Category", "any-host")]
public sealed class CommandScenarios
{
    private static readonly ScriptStep[] FourthTime = [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success];

    [Fact]
    public async Task Cancel_WhileWaiting_IsCancelledAndNeverSentAgain()
    {
        var host = await Suite.HostAsync();
        var payment = await WaitingForAttemptFourAsync(host, "cancel");
        var (status, answer) = await host.Api.CommandAsync(payment.Id, "cancel", new { actor = "ann", reason = "told by phone" });
        Assert.Equal(HttpStatusCode.Accepted, status);

        var delivered = await host.EndAsync(payment, HostUnderTest.Patience);
        delivered.Is("Cancelled", sends: 3);
        Assert.Equal("Operator", delivered.Outcome.Cause);
        var verdict = Assert.Single(delivered.Answer.Delivery!.Commands);
        Assert.Equal((CommandId(answer), "Cancel", "Applied", "ann", "told by phone"), (verdict.Id, verdict.Kind, verdict.Result, verdict.Actor, verdict.Reason));
    }

    [Fact]
    public async Task SendNow_WhileWaiting_SendsBeforeTheRetryIsDue()
    {
        var host = await Suite.HostAsync();
        var payment = await WaitingForAttemptFourAsync(host, "send-now");
        var due = (await host.Api.FindAsync(payment.Id))!.Delivery!.NextDueAt!.Value;
        var (status, answer) = await host.Api.CommandAsync(payment.Id, "send-now", new { expectedAttempt = 4 });
        Assert.Equal(HttpStatusCode.Accepted, status);

        var delivered = await host.EndAsync(payment, HostUnderTest.Patience);
        delivered.Is("Delivered", sends: 4);
        var verdict = Assert.Single(delivered.Answer.Delivery!.Commands);
        Assert.Equal((CommandId(answer), "SendNow", "Applied"), (verdict.Id, verdict.Kind, verdict.Result));
        // The record says that the attempt was due by command, whatever the machine made of it.
        Assert.True(delivered.Outcome.Attempts[3].DueAt < due, "the command did not bring the attempt forward");
    }

    [Fact]
    public async Task SendNow_ForAnotherAttempt_IsRefusedOnTheRecord()
    {
        var host = await Suite.HostAsync();
        var payment = await WaitingForAttemptFourAsync(host, "send-now-other");
        var (status, answer) = await host.Api.CommandAsync(payment.Id, "send-now", new { expectedAttempt = 9 });
        Assert.Equal(HttpStatusCode.Accepted, status);

        var refused = await host.Api.WaitAsync(payment.Id, found => found.Delivery is { Commands.Count: 1 }, HostUnderTest.Patience, "to have a verdict");
        var verdict = Assert.Single(refused.Delivery!.Commands);
        Assert.Equal((CommandId(answer), "Refused"), (verdict.Id, verdict.Result));
        Assert.Contains("expectedAttempt", verdict.Detail, StringComparison.Ordinal);
        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 4);
    }

    [Fact]
    public async Task Cancel_DuringAnAttemptThatSucceeds_ComesTooLate()
    {
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("cancel-in-flight");
        await host.ScriptAsync(payment, ScriptStep.Success with { Delay = TimeSpan.FromSeconds(1) });
        await host.EnqueueAsync(payment);
        await FunctionsNotify.Testing.Eventually.BecomesTrueAsync(
            async () => (await host.ReceivedAsync(payment.Id)).Count == 1, HostUnderTest.Patience, "the request to arrive");
        var (status, _) = await host.Api.CommandAsync(payment.Id, "cancel");

        // On a slow machine the delivery may have ended before the command: then it is refused at once.
        var delivered = await host.EndAsync(payment, HostUnderTest.Patience);
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
        var host = await Suite.HostAsync();
        var payment = Payment.Succeeded("too-late");
        (await host.DeliverAsync(payment, ScriptStep.Success)).Is("Delivered", sends: 1);
        var (status, answer) = await host.Api.CommandAsync(payment.Id, kind);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Delivered", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
    }

    private static string CommandId(System.Text.Json.JsonElement answer) => answer.GetProperty("commandId").GetString()!;

    // The wait before the fourth attempt is the first one that is long enough to act in.
    private static async Task<Payment> WaitingForAttemptFourAsync(HostUnderTest host, string scenario)
    {
        var payment = Payment.Succeeded(scenario);
        await host.ScriptAsync(payment, FourthTime);
        await host.EnqueueAsync(payment);
        await host.Api.WaitForAttemptAsync(payment.Id, 4, HostUnderTest.Patience);
        return payment;
    }
}
