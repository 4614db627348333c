using System.Text;
using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>Ended payments on a real host, delivered again.</summary>
[Collection(SharedAzurite.Name)]
public sealed class RedeliverTests(AzuriteFixture azurite) : HostedTests(azurite.ConnectionString, ["00:00:01", "00:00:03"])
{
    private async Task RejectedAsync(params string[] paymentIds)
    {
        foreach (var id in paymentIds)
        {
            Host.App.Simulator!.Scripts.Set(id, ScriptStep.Failure("PROCESS_FAIL"));
        }

        await Host.EnqueueAsync([.. paymentIds.Select(id => HostUnderTest.Body(id))]);
        foreach (var id in paymentIds)
        {
            await Host.StateAsync(id, "Rejected");
            Host.App.Simulator!.Scripts.Set(id, ScriptStep.Success);
        }
    }

    [Fact]
    public async Task Redeliver_SameKeyTwice_IsOneDelivery()
    {
        await RejectedAsync("again");

        var first = (await Host.ChangeAsync("redeliver", "again", "--idempotency-key", "key-1", "--json")).EndsWith(ExitCodes.Done).Json;
        await Host.StateAsync("again", "Delivered");
        var second = (await Host.ChangeAsync("redeliver", "again", "--idempotency-key", "key-1", "--json")).EndsWith(ExitCodes.Done).Json;

        Assert.Equal((2, false), (first.GetProperty("generation").GetInt32(), first.GetProperty("isRepeat").GetBoolean()));
        Assert.True(second.GetProperty("isRepeat").GetBoolean());
        Assert.Equal(first.GetProperty("deliveryId").GetString(), second.GetProperty("deliveryId").GetString());
        Assert.Equal(2, Host.App.Simulator!.Received.List("again").Count);
    }

    [Fact]
    public async Task Redeliver_Correction_ArrivesByteForByte()
    {
        await RejectedAsync("corrected");
        const string Body = """{ "paymentId":"corrected", "paymentRequestId":"order-corrected","paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT","resultMessage":"Größe \u0041"} }""";

        (await Host.ChangeAsync("redeliver", "corrected", "--body", Host.Folder.Write("body.json", Body + "\n"))).EndsWith(ExitCodes.Done);
        await Host.StateAsync("corrected", "Delivered");

        Assert.Equal(Body, Host.App.Simulator!.Received.List("corrected")[^1].BodyText);
    }

    [Fact]
    public async Task Redeliver_WhatMayNotBe_IsRefusedFieldByField()
    {
        await RejectedAsync("refused");
        var changed = HostUnderTest.Body("refused").Replace("\"F\"", "\"S\"", StringComparison.Ordinal).Replace("RISK_REJECT", "SUCCESS", StringComparison.Ordinal);
        var ending = (await Host.ChangeAsync("redeliver", "refused", "--force", "--body", Host.Folder.Write("body.json", changed))).EndsWith(ExitCodes.NotDone);
        Assert.Contains("body", ending.Error, StringComparison.Ordinal);
        Assert.Contains("resultStatus", ending.Error, StringComparison.Ordinal);
        (await Host.ChangeAsync("redeliver", "nobody")).EndsWith(ExitCodes.NotDone);
    }

    [Fact]
    public async Task Redeliver_ManyById_TellsEachVerdictAndIsFinishedByRunningItAgain()
    {
        await RejectedAsync("one", "two");
        Host.Notify.Input = Encoding.UTF8.GetBytes("one\r\ntwo\n\nnobody\none\n");

        var dry = (await Host.ChangeAsync("redeliver", "--file", "-", "--dry-run", "--json")).EndsWith(ExitCodes.Done).Json;
        Assert.Equal(2, dry.GetProperty("counts").GetProperty("WouldRedeliver").GetInt32());
        var run = (await Host.ChangeAsync("redeliver", "--file", "-", "--idempotency-key", "bulk-1", "--json")).EndsWith(ExitCodes.Partly).Json;
        Assert.Equal(["one Redelivered", "two Redelivered", "nobody Unknown"], Verdicts(run));
        await Host.StateAsync("one", "Delivered");
        await Host.StateAsync("two", "Delivered");
        var again = (await Host.ChangeAsync("redeliver", "one", "two", "--idempotency-key", "bulk-1", "--json")).EndsWith(ExitCodes.Done).Json;
        Assert.Equal(["one AlreadyRedelivered", "two AlreadyRedelivered"], Verdicts(again));
        Assert.Equal(2, Host.App.Simulator!.Received.List("one").Count);
    }

    [Fact]
    public async Task Redeliver_Filter_RunsDryFirstAndAsks()
    {
        await RejectedAsync("first", "second");
        string[] filter = ["redeliver", "--state", "rejected", "--from", "1h"];

        Assert.Contains("--yes", (await Host.ChangeAsync(filter)).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);
        Host.Notify.Answers = new Queue<string?>(["n"]);
        var asked = (await Host.ChangeAsync(filter)).EndsWith(ExitCodes.NotDone);
        Assert.Contains("Deliver 2 payments again? [y/N]", asked.Error, StringComparison.Ordinal);
        Assert.Single(Host.App.Simulator!.Received.List("first"));

        Host.Notify.Answers = new Queue<string?>(["y"]);
        var done = (await Host.ChangeAsync([.. filter, "--idempotency-key", "bulk-2"])).EndsWith(ExitCodes.Done);
        Assert.Contains("--idempotency-key bulk-2", done.Error, StringComparison.Ordinal);
        Assert.Contains("2 payments: 2 Redelivered.", done.Out, StringComparison.Ordinal);
        await Host.StateAsync("first", "Delivered");
        await Host.StateAsync("second", "Delivered");
        Assert.Contains("Nothing matches", (await Host.ChangeAsync("redeliver", "--state", "Cancelled", "--from", "1h", "--yes")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_AfterARedelivery_NamesWhoAndWhy()
    {
        await RejectedAsync("audited");
        (await Host.ChangeAsync("redeliver", "audited")).EndsWith(ExitCodes.Done);
        var items = (await Host.Notify.RunAsync("audit", "--payment", "audited", "--json")).EndsWith(ExitCodes.Done).Json.GetProperty("items");
        Assert.Contains(items.EnumerateArray(), entry => entry.GetProperty("actor").GetString() == "tester" && entry.GetProperty("reason").GetString() == "a test");
        Assert.Contains("tester", (await Host.Notify.RunAsync("audit", "--from", "1h")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Verdicts(JsonElement run) =>
        run.GetProperty("results").EnumerateArray().Select(result => $"{result.GetProperty("paymentId").GetString()} {result.GetProperty("verdict").GetString()}");
}
