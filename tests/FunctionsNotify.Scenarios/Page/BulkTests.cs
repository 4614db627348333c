using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

[Trait("Category", "heavy")]
public sealed class BulkTests(OperatedHost host) : PageTests(host)
{
    private const int Count = 60;
    private const string Code = "BULK_OF_THE_TEST";

    private ILocator Tally => Page.Locator(".tally");

    [BrowserFact]
    public async Task Bulk_FilteredDryRunThenCutOff_IsResumedAndDeliversEachOnce()
    {
        var payments = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Host.RejectedAsync(Code)));
        await OpenAsync($"deliveries?state=Rejected&resultCode={Code}");
        await Link("Redeliver these…").ClickAsync();
        await Button("Dry run").ClickAsync();
        await Assertions.Expect(Tally).ToHaveTextAsync($"{Count} Would be redelivered");
        Assert.All(payments, payment => Assert.Equal(1, Host.Received(payment)));

        // The second chunk is done, but its answer never comes.
        List<string?> keys = [];
        await Page.RouteAsync("**/redeliveries", async route =>
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
        await Assertions.Expect(Button("Resume the other 35")).ToBeVisibleAsync();
        Forgive("net::ERR_FAILED");

        await Page.ReloadAsync();
        await Assertions.Expect(Page.GetByText(keys[0]!)).ToBeVisibleAsync();
        await Button("Resume the other 35").ClickAsync();

        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Finished" })).ToBeVisibleAsync();
        await Assertions.Expect(Tally).ToContainTextAsync("25 Already redelivered");
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
        await OpenAsync("redeliver");

        await Page.GetByLabel("Only these paymentIds").FillAsync($"{rejected.Id}\n{open.Id}\nnobody");
        await Button("Dry run").ClickAsync();

        await Assertions.Expect(Rows.Filter(new() { HasText = rejected.Id })).ToContainTextAsync("Would be redelivered");
        await Assertions.Expect(Rows.Filter(new() { HasText = open.Id })).ToContainTextAsync("Left: still open");
        await Assertions.Expect(Rows.Filter(new() { HasText = "nobody" })).ToContainTextAsync("Unknown payment");
        await Button("Redeliver 1 payment…").ClickAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        Assert.Equal(1, Host.Received(rejected));
    }
}
