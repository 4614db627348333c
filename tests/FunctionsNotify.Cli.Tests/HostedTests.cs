using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>The program over a real host, which all these tests share: each has payments of its own.</summary>
public sealed class HostedTests(DevHost host) : IClassFixture<DevHost>
{
    private async Task RejectedAsync(params string[] paymentIds)
    {
        foreach (var id in paymentIds)
        {
            await host.Simulator.SetScriptAsync(id, ScriptStep.Failure("PROCESS_FAIL"));
        }

        await host.EnqueueAsync([.. paymentIds.Select(id => DevHost.Body(id))]);
        foreach (var id in paymentIds)
        {
            await host.StateAsync(id, "Rejected");
            await host.Simulator.SetScriptAsync(id, ScriptStep.Success);
        }
    }

    private async Task WaitingAsync(string paymentId)
    {
        await host.Simulator.SetScriptAsync(paymentId, ScriptStep.Unknown());
        await host.EnqueueAsync(DevHost.Body(paymentId));
        await host.StatusAsync(paymentId, view => view.Object("delivery")?.Number("attemptCount") == 2, "the second attempt");
    }

    [Fact]
    public async Task Enqueue_Notification_IsDeliveredAndStatusTellsIt()
    {
        await host.EnqueueAsync(DevHost.Body("delivered"));
        await host.StateAsync("delivered", "Delivered");

        var text = (await host.Notify.RunAsync("status", "delivered")).EndsWith(ExitCodes.Done).Out;

        Assert.Matches("(?m)^State +Delivered", text);
        Assert.Contains("Acknowledged  S SUCCESS  HTTP 200", text, StringComparison.Ordinal);
        var unknown = (await host.Notify.RunAsync("status", "nobody", "--json")).EndsWith(ExitCodes.NotDone);
        Assert.Equal(404, unknown.Json.GetProperty("error").GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task OpenDelivery_ListedWatchedAndCommanded_TellsTheVerdicts()
    {
        await WaitingAsync("commanded");

        Assert.Matches("(?m)^commanded\t.*\tOpen\t2\tin ", (await host.Notify.RunAsync("list", "--state", "open", "--from", "1h")).EndsWith(ExitCodes.Done).Out);
        Assert.Contains(" commanded: Open, 2 attempts, last Unknown", (await host.Notify.RunAsync("watch", "--count", "1")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        Assert.Equal("commanded", (await host.Notify.RunAsync("status", "--payment-request-id", "order-commanded", "--json")).EndsWith(ExitCodes.Done).Json.Text("paymentId"));
        Assert.Contains("not broken", (await host.ChangeAsync("repair", "commanded")).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);

        Assert.StartsWith("Refused", (await host.ChangeAsync("send-now", "commanded", "--expected-attempt", "7", "--wait", "60")).EndsWith(ExitCodes.NotDone).Out, StringComparison.Ordinal);
        Assert.StartsWith("Applied", (await host.ChangeAsync("cancel", "commanded", "--wait", "60")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        await host.StateAsync("commanded", "Cancelled");
        Assert.Contains("Cancel by tester: Applied", (await host.Notify.RunAsync("status", "commanded")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        Assert.Contains("has ended", (await host.ChangeAsync("cancel", "commanded")).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redeliver_OnePayment_IsOneDeliveryForOneKeyAndStandsInTheAudit()
    {
        await RejectedAsync("again");

        var first = (await host.ChangeAsync("redeliver", "again", "--idempotency-key", "key-1", "--json")).EndsWith(ExitCodes.Done).Json;
        await host.StateAsync("again", "Delivered");
        var second = (await host.ChangeAsync("redeliver", "again", "--idempotency-key", "key-1", "--json")).EndsWith(ExitCodes.Done).Json;

        Assert.Equal((2, false), (first.GetProperty("generation").GetInt32(), first.GetProperty("isRepeat").GetBoolean()));
        Assert.True(second.GetProperty("isRepeat").GetBoolean());
        Assert.Equal(first.GetProperty("deliveryId").GetString(), second.GetProperty("deliveryId").GetString());
        Assert.Contains("add --force", (await host.ChangeAsync("redeliver", "again")).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        Assert.Contains("\ttester\t", (await host.Notify.RunAsync("audit", "--payment", "again")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redeliver_CorrectionThatChangesTheResult_IsRefusedFieldByField()
    {
        await RejectedAsync("refused");
        var changed = DevHost.Body("refused", "SUCCESS").Replace("\"F\"", "\"S\"", StringComparison.Ordinal);
        var ending = (await host.ChangeAsync("redeliver", "refused", "--force", "--body", host.Folder.Write("body.json", changed))).EndsWith(ExitCodes.NotDone);
        Assert.Contains("resultStatus", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redeliver_ManyByIdAndByFilter_TellsEachVerdict()
    {
        await RejectedAsync("one", "two", "three");
        host.Notify.Input = "one\r\nnobody\none\n"u8.ToArray();

        var run = (await host.ChangeAsync("redeliver", "--file", "-", "--idempotency-key", "bulk-1", "--json")).EndsWith(ExitCodes.Partly).Json;
        Assert.Equal(["one Done", "nobody Unknown"], Verdicts(run));
        Assert.Equal(["one AlreadyDone", "three WouldDo"], Verdicts((await host.Notify.RunAsync("redeliver", "one", "three", "--dry-run", "--idempotency-key", "bulk-1", "--json")).EndsWith(ExitCodes.Done).Json));
        await host.StateAsync("one", "Delivered");

        string[] filter = ["redeliver", "--state", "rejected", "--result-code", "PROCESS_FAIL", "--from", "1h"];
        Assert.Contains("--yes", (await host.ChangeAsync(filter)).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);
        host.Notify.Answers = new Queue<string?>(["n"]);
        Assert.Contains("payments again? [y/N]", (await host.ChangeAsync(filter)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        host.Notify.Answers = null;
        (await host.ChangeAsync([.. filter, "--yes"])).EndsWith(ExitCodes.Done);
        await host.StateAsync("two", "Delivered");
        await host.StateAsync("three", "Delivered");
    }

    [Fact]
    public async Task Bulk_OpenDeliveries_AreSentAndCancelledOnceForOneKey()
    {
        await WaitingAsync("bulk-a");
        await WaitingAsync("bulk-b");
        var from = DateTimeOffset.UtcNow.AddHours(-1).ToString("O");

        var dry = (await host.ChangeAsync("bulk", "send-now", "--from", from, "--dry-run", "--json")).EndsWith(ExitCodes.Done).Json;
        Assert.Superset(new HashSet<string> { "bulk-a WouldDo", "bulk-b WouldDo" }, Verdicts(dry).ToHashSet());
        (await host.ChangeAsync("bulk", "cancel", "--from", from, "--yes", "--idempotency-key", "cancel-1")).EndsWith(ExitCodes.Done);

        await host.StateAsync("bulk-a", "Cancelled");
        await host.StateAsync("bulk-b", "Cancelled");
    }

    [Fact]
    public async Task Body_OfAPayment_IsByteForByteWhatWasSentAndStandsInTheAudit()
    {
        await host.EnqueueAsync(DevHost.Body("shown"));
        await host.StateAsync("shown", "Delivered");

        (await host.ChangeAsync("body", "shown", "--save", host.Folder.File("sent.json"))).EndsWith(ExitCodes.Done);

        Assert.Equal(DevHost.Body("shown"), File.ReadAllText(host.Folder.File("sent.json")));
        Assert.Contains("read-body", (await host.Notify.RunAsync("audit", "--payment", "shown")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_InvalidMessage_IsShownRequeuedCorrectedOrDiscarded()
    {
        // Refused by rules that the program knows too: so by a raw queue client.
        var storage = JsonElement.Parse(File.ReadAllBytes(host.Folder.File("data/addresses.json"))).GetProperty("storage").GetString();
        var queue = new Azure.Storage.Queues.QueueClient(storage, "payment-notifications");
        await queue.SendMessageAsync("""{"paymentId":"wrong\u001b[31m","paymentResult":{"resultStatus":"U","resultCode":"X"}}""");
        await queue.SendMessageAsync("nonsense");
        var records = await Eventually.IsAsync(
            async () => (await host.Notify.RunAsync("quarantine", "list", "--state", "Invalid", "--json")).EndsWith(ExitCodes.Done).Json.Items("items"),
            items => items.Count == 2,
            TimeSpan.FromMinutes(1),
            "the records");
        string Id(bool isNonsense) => records.Single(record => record.Text("paymentId") is null == isNonsense).Text("quarantineId")!;
        var (wrong, nonsense) = (Id(isNonsense: false), Id(isNonsense: true));

        var shown = (await host.Notify.RunAsync("quarantine", "show", wrong, "--body", "--save-body", host.Folder.File("saved"))).EndsWith(ExitCodes.Done).Out;
        Assert.Contains("resultStatus: must not be U", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
        Assert.Contains("\"resultStatus\":\"U\"", File.ReadAllText(host.Folder.File("saved")), StringComparison.Ordinal);

        var requeued = await host.ChangeAsync("quarantine", "requeue", wrong, "--force", "--body", host.Folder.Write("good.json", DevHost.Body("corrected")));
        Assert.Contains("Requeued", requeued.EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        await host.StateAsync("corrected", "Delivered");
        (await host.ChangeAsync("quarantine", "discard", wrong)).EndsWith(ExitCodes.NotDone);
        var part = nonsense[(nonsense.IndexOf('-', StringComparison.Ordinal) + 1)..^".json".Length];
        Assert.Contains("Discarded", (await host.ChangeAsync("quarantine", "discard", part[..12])).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sending_Paused_HoldsPaymentsWithoutAttemptsAndTheyGoOnByThemselvesAfterTheResume()
    {
        (await host.ChangeAsync("pause")).EndsWith(ExitCodes.Done);
        await host.EnqueueAsync(DevHost.Body("held"));
        var held = await host.StatusAsync("held", view => view.Object("delivery")?.Text("waitsFor") == "Paused", "to be held");
        Assert.Equal(0, held.Object("delivery")?.Number("attemptCount"));
        Assert.StartsWith("Operators have paused sending", held.Text("operatorAction"), StringComparison.Ordinal);
        Assert.Contains("postponed: Paused", (await host.ChangeAsync("send-now", "held", "--wait", "60")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);

        (await host.ChangeAsync("resume")).EndsWith(ExitCodes.Done);

        var delivered = await host.StateAsync("held", "Delivered");
        Assert.Equal(1, delivered.Object("delivery")?.Number("attemptCount"));
    }

    [Fact]
    public async Task Maintain_ByHand_SaysWhatEachPartCameTo() =>
        Assert.Contains("sweep\tcomplete", (await host.ChangeAsync("maintain")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);

    [Fact]
    public async Task Simulate_UnsignedThenS_IsDeliveredBySecondSendAndShown()
    {
        string[] simulate = ["simulate", "scripted", "--simulator", host.SimulatorAddress];
        Assert.Equal("scripted is answered unsigned once, then S.", (await host.Notify.RunAsync([.. simulate, "--answer", "unsigned", "--times", "1"])).EndsWith(ExitCodes.Done).Out.Trim());
        await host.EnqueueAsync(DevHost.Body("scripted"));

        var view = await host.StateAsync("scripted", "Delivered");

        Assert.Equal(["NoResult", "Acknowledged"], view.Object("delivery")!.Value.Items("attempts").Select(attempt => attempt.Object("result")?.Text("kind")));
        Assert.Equal(2, (await host.Notify.RunAsync(simulate)).EndsWith(ExitCodes.Done).Out.Split('\n').Count(line => line.Contains("\tscripted\tvalid\tHTTP 200 S SUCCESS", StringComparison.Ordinal)));
        (await host.Notify.RunAsync("simulate", "--reset", "--simulator", host.SimulatorAddress)).EndsWith(ExitCodes.Done);
    }

    [Theory]
    [InlineData("F", "Rejected")]
    [InlineData("U", "Unknown")]
    [InlineData("unsigned", "NoResult")]
    [InlineData("wrong-key", "NoResult")]
    [InlineData("setup", "SetupRejected")]
    [InlineData("timeout", "NoResult")]
    [InlineData("drop", "NoResult")]
    [InlineData("reset", "NoResult")]
    [InlineData("503", "NoResult")]
    [InlineData("slow-down", "NoResult")]
    [InlineData("garbage", "NoResult")]
    public async Task Simulate_EachAnswer_IsWhatTheDeliveryMeets(string answer, string kind)
    {
        var id = $"meets-{answer}";
        (await host.Notify.RunAsync("simulate", id, "--answer", answer, "--simulator", host.SimulatorAddress)).EndsWith(ExitCodes.Done);
        await host.EnqueueAsync(DevHost.Body(id));
        await host.StatusAsync(id, view => view.Object("delivery")?.Items("attempts") is [var first, ..] && first.Object("result")?.Text("kind") == kind, $"an attempt that is {kind}");
    }

    [Fact]
    public async Task Outcomes_OfADelivery_AreShownAndStayUntilTheyAreTaken()
    {
        await host.EnqueueAsync(DevHost.Body("told"));
        await host.StateAsync("told", "Delivered");
        string[] data = ["--data", host.Folder.File("data")];
        await Eventually.BecomesTrueAsync(
            async () => (await host.Notify.RunAsync(["outcomes", "--take", .. data])).EndsWith(ExitCodes.Done).Out.Contains("\ttold\tDelivered\t1\t", StringComparison.Ordinal), TimeSpan.FromMinutes(1), "the outcome");

        Assert.DoesNotContain("told", (await host.Notify.RunAsync(["outcomes", "--follow", "--count", "1", .. data])).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconcile_LedgerOfABackend_FindsWhatIsMissingAndEnqueuesIt()
    {
        await RejectedAsync("books-1");
        var time = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
        var ledger = host.Folder.Write("ledger.csv", $"paymentId,resultStatus,resultCode,time,paymentRequestId\nbooks-1,F,RISK_REJECT,{time},\nbooks-2,S,SUCCESS,{time},order-books-2\n");

        var found = (await host.Notify.RunAsync("reconcile", ledger, "--enqueue-missing", "--yes", "--json", "--data", host.Folder.File("data"))).EndsWith(ExitCodes.NotDone).Json;

        Assert.Equal(["books-1 Rejected", "books-2 NeverNotified"], found.Items("items").Select(item => $"{item.Text("paymentId")} {item.Text("verdict")}"));
        Assert.Equal(1, found.Object("enqueued")?.Number("sent"));
        await host.StateAsync("books-2", "Delivered");
        Assert.Contains("1 Delivered, 1 Rejected.", (await host.Notify.RunAsync("reconcile", ledger)).EndsWith(ExitCodes.NotDone).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_HostReady_SaysWhatItChecked()
    {
        var ending = (await host.Notify.RunAsync("health")).EndsWith(ExitCodes.Done);
        Assert.Contains("storage-queues\tok", ending.Out, StringComparison.Ordinal);
        Assert.Contains("2s 1h", ending.Out, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Verdicts(JsonElement run) => run.Items("results").Select(result => $"{result.Text("paymentId")} {result.Text("verdict")}");
}
