using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>Quarantined messages on a real host, through its API.</summary>
[Collection(SharedAzurite.Name)]
public sealed class QuarantineTests(AzuriteFixture azurite) : HostedTests(azurite.ConnectionString, ["00:00:01", "00:00:03"])
{
    private async Task<string> QuarantinedAsync(string message, string state)
    {
        await Host.Queue.CreateIfNotExistsAsync();
        await Host.Queue.SendMessageAsync(message);
        var found = await Eventually.IsAsync(
            async () => (await Host.Notify.RunAsync("quarantine", "list", "--state", state, "--json")).EndsWith(ExitCodes.Done).Json.GetProperty("items"),
            items => items.GetArrayLength() == 1,
            TimeSpan.FromSeconds(60),
            "the record");
        return found[0].GetProperty("quarantineId").GetString()!;
    }

    [Fact]
    public async Task Invalid_ShownAndRequeuedCorrected_IsDelivered()
    {
        var id = await QuarantinedAsync("""{"paymentId":"wrong\u001b[31m","paymentResult":{"resultStatus":"U","resultCode":"X"}}""", "Invalid");

        var shown = (await Host.Notify.RunAsync("quarantine", "show", id, "--body", "--save-body", Host.Folder.File("saved"))).EndsWith(ExitCodes.Done).Out;
        Assert.Contains("resultStatus: must not be U", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
        Assert.Contains("\"resultStatus\":\"U\"", File.ReadAllText(Host.Folder.File("saved")), StringComparison.Ordinal);
        Assert.Contains(id, (await Host.Notify.RunAsync("quarantine", "list")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);

        var requeued = await Host.ChangeAsync("quarantine", "requeue", id, "--force", "--body", Host.Folder.Write("good.json", HostUnderTest.Body("mended")));
        Assert.Contains("Requeued", requeued.EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        await Host.StateAsync("mended", "Delivered");
        (await Host.ChangeAsync("quarantine", "discard", id)).EndsWith(ExitCodes.NotDone);
    }

    [Fact]
    public async Task Conflict_Applied_IsDeliveredAsACorrection()
    {
        Host.App.Simulator!.Scripts.Set("twice", ScriptStep.Failure("PARAM_ILLEGAL"));
        await Host.EnqueueAsync(HostUnderTest.Body("twice"));
        await Host.StateAsync("twice", "Rejected");
        Host.App.Simulator.Scripts.Set("twice", ScriptStep.Success);
        var id = await QuarantinedAsync(HostUnderTest.Body("twice", "MERCHANT_KYB_NOT_QUALIFIED"), "Conflict");

        Assert.Contains("delivered again as", (await Host.ChangeAsync("quarantine", "apply", id)).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);

        await Host.StatusAsync("twice", view => view.Number("generation") == 2 && view.Text("state") == "Delivered", "the correction");
        Assert.Equal("Applied", (await Host.Notify.RunAsync("quarantine", "show", id, "--json")).EndsWith(ExitCodes.Done).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Conflict_OfADeliveredPayment_IsAppliedOnlyByForce()
    {
        await Host.EnqueueAsync(HostUnderTest.Body("acknowledged"));
        await Host.StateAsync("acknowledged", "Delivered");
        var id = await QuarantinedAsync(HostUnderTest.Body("acknowledged", "MERCHANT_KYB_NOT_QUALIFIED"), "Conflict");

        Assert.Contains("force", (await Host.ChangeAsync("quarantine", "apply", id)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        (await Host.ChangeAsync("quarantine", "apply", id, "--force")).EndsWith(ExitCodes.Done);
        await Host.StatusAsync("acknowledged", view => view.Number("generation") == 2, "the correction");
    }

    [Fact]
    public async Task Discard_Invalid_IsLaidAside()
    {
        var id = await QuarantinedAsync("nonsense", "Invalid");
        Assert.Contains("Discarded", (await Host.ChangeAsync("quarantine", "discard", id)).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, (await Host.Notify.RunAsync("quarantine", "list", "--status", "Discarded", "--json")).EndsWith(ExitCodes.Done).Json.GetProperty("items").ValueKind);
    }

    [Fact]
    public async Task Show_UnknownRecord_IsNotFound() =>
        (await Host.Notify.RunAsync("quarantine", "show", "20260301/2519000000000000000-x.json")).EndsWith(ExitCodes.NotDone);
}
