using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

public sealed class BulkTests(OperatedHost host) : PageTests(host)
{
    private const int Count = 30;
    private const string Code = "BULK_OF_THE_TEST";

    private ILocator Tally => Page.Locator(".tally");

    [BrowserFact]
    public async Task Bulk_FilteredDryRunThenCutOff_IsResumedAndDeliversEachOnce()
    {
        var payments = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Host.RejectedAsync(Code)));
        await OpenAsync($"deliveries?state=Rejected&resultCode={Code}");
        await Link("Redeliver these…").ClickAsync();
        await Button("Dry run").ClickAsync();
        await Assertions.Expect(Tally).ToHaveTextAsync($"{Count} Would be done");
        Assert.All(payments, payment => Assert.Equal(1, Host.Received(payment)));

        // The second chunk is done, but its answer never comes.
        List<string?> keys = [];
        await Page.RouteAsync("**/bulk/notifications/redeliver", async route =>
        {
            keys.Add(await route.Request.HeaderValueAsync("idempotency-key"));
            if (keys.Count == 2)
            {
                await route.FetchAsync();
                await route.AbortAsync();
                return;
            }

            await route.ContinueAsync();
        });
        await Button($"Redeliver {Count} payments…").ClickAsync();
        await ConfirmAsync($"Redeliver {Count} payments");
        await Assertions.Expect(Button("Resume the other 5")).ToBeVisibleAsync();
        Forgive("net::ERR_FAILED");

        await Page.ReloadAsync();
        await Assertions.Expect(Page.GetByText(keys[0]!)).ToBeVisibleAsync();
        await Button("Resume the other 5").ClickAsync();

        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Finished" })).ToBeVisibleAsync();
        await Assertions.Expect(Tally).ToContainTextAsync("5 Already done");
        Assert.Single(keys.Distinct());
        foreach (var payment in payments)
        {
            await Host.IsInStateAsync(payment, "Delivered");
        }

        Assert.All(payments, payment => Assert.Equal(2, Host.Received(payment)));
    }

    [BrowserFact]
    public async Task Bulk_ListOfIds_TellsEachVerdictAndLeavesWhatMayNotBeRedelivered()
    {
        var rejected = await Host.RejectedAsync();
        var open = await Host.OpenAsync();
        await OpenAsync("bulk/redeliver");

        await Page.GetByLabel("Only these paymentIds").FillAsync($"{rejected.Id}\n{open.Id}\nnobody");
        await Button("Dry run").ClickAsync();

        await Assertions.Expect(Rows.Filter(new() { HasText = rejected.Id })).ToContainTextAsync("Would be done");
        await Assertions.Expect(Rows.Filter(new() { HasText = open.Id })).ToContainTextAsync("Left: still open");
        await Assertions.Expect(Rows.Filter(new() { HasText = "nobody" })).ToContainTextAsync("Unknown");
        await Button("Redeliver 1 payment…").ClickAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        Assert.Equal(1, Host.Received(rejected));
    }

    [BrowserFact]
    public async Task Bulk_DeliveredAgainSinceTheDryRun_IsLeftAloneAlsoByForce()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync("bulk/redeliver");
        await Page.GetByLabel("Only these paymentIds").FillAsync(payment.Id);
        await Page.GetByLabel("Also what was delivered").CheckAsync();
        await Button("Dry run").ClickAsync();
        await Assertions.Expect(Tally).ToHaveTextAsync("1 Would be done");
        await Page.Context.APIRequest.PostAsync(new Uri(Host.Address, $"api/notifications/{payment.Id}/redeliver").ToString(), new() { DataObject = new { actor = "tom", reason = "first" } });
        await Host.IsInStateAsync(payment, "Delivered");

        await Button("Redeliver 1 payment…").ClickAsync();
        await ConfirmAsync("Redeliver 1 payment");

        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Finished" })).ToBeVisibleAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = payment.Id })).ToContainTextAsync("Left: delivered again");
        Assert.Equal(2, Host.Received(payment));
    }

    [BrowserFact]
    public async Task Bulk_QuarantinedMessagesByFilter_AreDiscardedAndTheOthersLeft()
    {
        var payments = Enumerable.Range(0, 3).Select(_ => PagePayment.Fresh()).ToList();
        foreach (var payment in payments)
        {
            await Host.EnqueueAsync(payment.Message().Replace("\"S\"", "\"X\"", StringComparison.Ordinal));
            await Host.GetAsync($"quarantine?paymentId={payment.Id}", page => page.GetProperty("items").GetArrayLength() == 1, "the record");
        }

        await OpenAsync($"quarantine?paymentId={payments[0].Id}");
        await Link("Discard these…").ClickAsync();
        await Button("Dry run").ClickAsync();
        await Assertions.Expect(Tally).ToHaveTextAsync("1 Would be done");
        await Button("Discard 1 message…").ClickAsync();
        await ConfirmAsync("Discard 1 message");

        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Finished" })).ToBeVisibleAsync();
        await Host.GetAsync($"quarantine?paymentId={payments[0].Id}", page => page.GetProperty("items")[0].GetProperty("status").GetString() == "Discarded", "the discarded record");
        await Host.GetAsync($"quarantine?paymentId={payments[1].Id}", page => page.GetProperty("items")[0].GetProperty("status").GetString() == "Waiting", "the other record");
    }

    [BrowserFact]
    public async Task Bulk_SendNowByIds_MakesTheWaitingAttempts()
    {
        var open = await Host.OpenAsync();
        var ended = await Host.RejectedAsync();
        await OpenAsync("bulk/send-now");
        await Page.GetByLabel("Only these paymentIds").FillAsync($"{open.Id}\n{ended.Id}");
        await Button("Dry run").ClickAsync();
        await Assertions.Expect(Rows.Filter(new() { HasText = ended.Id })).ToContainTextAsync("Left: ended");

        await Button("Send 1 payment now…").ClickAsync();
        await ConfirmAsync("Send 1 payment now");

        await Host.IsInStateAsync(open, "Delivered");
    }
}
