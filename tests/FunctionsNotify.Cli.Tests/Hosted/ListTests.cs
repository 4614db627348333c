using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>What a real host lists, counts and says of itself.</summary>
[Collection(SharedAzurite.Name)]
public sealed class ListTests(AzuriteFixture azurite) : HostedTests(azurite.ConnectionString, ["00:00:05", "01:00:00"])
{
    private async Task OpenAsync(params string[] paymentIds)
    {
        foreach (var id in paymentIds)
        {
            Host.App.Simulator!.Scripts.Set(id, ScriptStep.Unknown());
        }

        await Host.EnqueueAsync([.. paymentIds.Select(id => HostUnderTest.Body(id))]);
        await Eventually.IsAsync(
            async () => (await Host.Notify.RunAsync("list", "--json")).EndsWith(ExitCodes.Done).Json.GetProperty("items").GetArrayLength(),
            count => count == paymentIds.Length,
            TimeSpan.FromSeconds(60),
            "the list");
    }

    [Fact]
    public async Task List_PageByPage_IsWhatAllGives()
    {
        await OpenAsync("a", "b", "c", "d", "e");

        var all = Ids(await Host.Notify.RunAsync("list", "--all", "--json"));
        List<string?> paged = [];
        string? token = null;
        do
        {
            var page = (await Host.Notify.RunAsync(["list", "--page-size", "2", "--json", .. token is null ? Array.Empty<string>() : ["--continue", token]])).EndsWith(ExitCodes.Done);
            paged.AddRange(Ids(page));
            token = page.Json.Text("continuationToken");
        }
        while (token is not null);

        Assert.Equal(["a", "b", "c", "d", "e"], all.Order());
        Assert.Equal(all, paged);
        Assert.Contains("continuationToken", (await Host.Notify.RunAsync("list", "--continue", "x")).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        Assert.Empty(Ids(await Host.Notify.RunAsync("list", "--state", "Rejected,Exhausted", "--json")));
        Assert.Empty(Ids(await Host.Notify.RunAsync("list", "--result-code", "' or 1 eq 1", "--json")));
        Assert.Contains("Open\t1\tin ", (await Host.Notify.RunAsync("list", "--from", "1h")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_ByPaymentRequestId_FindsThePayment()
    {
        await OpenAsync("mine");
        Assert.Equal("mine", (await Host.Notify.RunAsync("status", "--payment-request-id", "order-mine", "--json")).EndsWith(ExitCodes.Done).Json.Text("paymentId"));
        (await Host.Notify.RunAsync("status", "--payment-request-id", "order-nobody")).EndsWith(ExitCodes.NotDone);
    }

    [Fact]
    public async Task Watch_Redirected_WritesWhatChanged()
    {
        await OpenAsync("watched");

        var lines = (await Host.Notify.RunAsync("watch", "--count", "2", "--interval", "1")).EndsWith(ExitCodes.Done).Out;
        var json = (await Host.Notify.RunAsync("watch", "--count", "2", "--interval", "1", "--json")).EndsWith(ExitCodes.Done).Out.Trim().Split('\n');

        Assert.Contains("open 1,", lines, StringComparison.Ordinal);
        Assert.Single(lines.Split('\n'), line => line.Contains(" watched: Open, 1 attempts, last Unknown", StringComparison.Ordinal));
        Assert.Equal(2, json.Length);
    }

    [Fact]
    public async Task Watch_Interrupted_EndsWell()
    {
        using var stop = new CancellationTokenSource();
        var watching = Host.Notify.RunAsync(stop.Token, "watch", "--interval", "3600");
        await stop.CancelAsync();
        (await watching).EndsWith(ExitCodes.Done);
    }

    [Fact]
    public async Task Health_HostReady_SaysWhatItChecked()
    {
        var ending = (await Host.Notify.RunAsync("health")).EndsWith(ExitCodes.Done);
        Assert.Contains("storage-queues\tok", ending.Out, StringComparison.Ordinal);
        Assert.Contains("5s 1h", ending.Out, StringComparison.Ordinal);
        Assert.Equal("ok", (await Host.Notify.RunAsync("health", "--json")).EndsWith(ExitCodes.Done).Json.GetProperty("live").GetProperty("status").GetString());
    }

    private static List<string?> Ids(Ending ending) =>
        [.. ending.EndsWith(ExitCodes.Done).Json.GetProperty("items").EnumerateArray().Select(item => item.Text("paymentId"))];
}
