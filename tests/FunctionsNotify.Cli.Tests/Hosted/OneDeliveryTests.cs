using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>One payment on a real host: found, sent now, cancelled.</summary>
[Collection(SharedAzurite.Name)]
public sealed class OneDeliveryTests(AzuriteFixture azurite) : HostedTests(azurite.ConnectionString, ["00:00:05", "01:00:00"])
{
    private async Task WaitingAsync(string paymentId)
    {
        Host.App.Simulator!.Scripts.Set(paymentId, ScriptStep.Unknown());
        await Host.EnqueueAsync(HostUnderTest.Body(paymentId));
        await Host.StatusAsync(paymentId, view => view.Object("delivery")?.Number("attemptCount") == 1, "the first attempt");
    }

    [Fact]
    public async Task Status_Delivered_ShowsTheAttempt()
    {
        await Host.EnqueueAsync(HostUnderTest.Body("delivered"));
        await Host.StateAsync("delivered", "Delivered");

        var text = (await Host.Notify.RunAsync("status", "delivered")).EndsWith(ExitCodes.Done).Out;

        Assert.Matches(@"(?m)^State +Delivered", text);
        Assert.Contains("Acknowledged\t200\tS SUCCESS", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_Unknown_IsNotFound()
    {
        var ending = (await Host.Notify.RunAsync("status", "nobody", "--json")).EndsWith(ExitCodes.NotDone);
        Assert.Equal(404, ending.Json.GetProperty("error").GetProperty("status").GetInt32());
        Assert.Contains("No notification", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendNowAndCancel_OpenDelivery_TellTheVerdict()
    {
        await WaitingAsync("commanded");

        var refused = (await Host.ChangeAsync("send-now", "commanded", "--expected-attempt", "7")).EndsWith(ExitCodes.NotDone);
        Assert.StartsWith("Refused", refused.Out, StringComparison.Ordinal);
        Assert.Equal("Applied", (await Host.ChangeAsync("send-now", "commanded", "--json")).EndsWith(ExitCodes.Done).Json.GetProperty("verdict").GetProperty("result").GetString());
        await Host.StatusAsync("commanded", view => view.Object("delivery")?.Number("attemptCount") == 2, "the second attempt");
        Assert.StartsWith("Applied", (await Host.ChangeAsync("cancel", "commanded")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);

        await Host.StateAsync("commanded", "Cancelled");
        Assert.Contains("Cancel by tester: Applied", (await Host.Notify.RunAsync("status", "commanded")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        Assert.Contains("has ended", (await Host.ChangeAsync("cancel", "commanded")).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_NothingBroken_IsRefused()
    {
        await WaitingAsync("sound");
        Assert.Contains("not broken", (await Host.ChangeAsync("repair", "sound")).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
    }
}
