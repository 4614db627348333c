using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

public sealed class QuarantineTests(OperatedHost host) : PageTests(host)
{
    private ILocator Status => Page.Locator(".heading .badge").Last;

    [BrowserFact]
    public async Task Quarantine_Filtered_ShowsReasons()
    {
        await OpenAsync("quarantine");

        await Page.GetByLabel("State").SelectOptionAsync("Conflict");
        await Button("Filter").ClickAsync();

        await Assertions.Expect(Rows.Filter(new() { HasText = "Invalid" })).ToHaveCountAsync(0);
        await Assertions.Expect(Rows.First).ToContainTextAsync("Conflict");
        await Page.GetByLabel("State").SelectOptionAsync("Invalid");
        await Button("Filter").ClickAsync();
        await Assertions.Expect(Rows.First).ToContainTextAsync("paymentResult.resultStatus");
    }

    [BrowserFact]
    public async Task Discard_WithReason_StandsOnTheRecord()
    {
        await OpenAsync(await InvalidAsync(PagePayment.Fresh()));

        await Button("Discard…").ClickAsync();
        await ConfirmAsync("Discard", "sent again by the backend");

        await Assertions.Expect(Status).ToHaveTextAsync("Discarded");
        await Assertions.Expect(Page.GetByRole(AriaRole.Table, new() { Name = "History" })).ToContainTextAsync("mirasent again by the backend");
        await Assertions.Expect(Button("Requeue…")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Requeue_Corrected_BecomesADelivery()
    {
        var payment = PagePayment.Fresh();
        await OpenAsync(await InvalidAsync(payment));
        await Button("Show the message").ClickAsync();
        await Assertions.Expect(Page.Locator("pre")).ToContainTextAsync("\"resultStatus\":\"X\"");

        await Button("Requeue…").ClickAsync();
        await ConfirmAsync("Requeue");
        await Assertions.Expect(Dialog.GetByLabel("Do it anyway")).ToBeVisibleAsync();
        await Dialog.GetByLabel("Message").FillAsync(payment.Message());
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Requeue" }).ClickAsync();

        await Assertions.Expect(Status).ToHaveTextAsync("Requeued");
        await Host.IsInStateAsync(payment, "Delivered");
    }

    [BrowserFact]
    public async Task Redeliver_ConflictsMessage_DeliversItAsACorrection()
    {
        var payment = await Host.RejectedAsync();
        await Host.EnqueueAsync(payment.Message("corrected"));
        await OpenAsync(await RecordOfAsync(payment));

        await Button("Redeliver with this message…").ClickAsync();
        await ConfirmAsync("Redeliver");

        await Host.IsInStateAsync(payment, "Delivered");
        Assert.Equal(2, Host.Received(payment));
    }

    private async Task<string> InvalidAsync(PagePayment payment)
    {
        await Host.EnqueueAsync(payment.Message().Replace("\"S\"", "\"X\"", StringComparison.Ordinal));
        return await RecordOfAsync(payment);
    }

    private async Task<string> RecordOfAsync(PagePayment payment)
    {
        var page = await Host.GetAsync($"quarantine?paymentId={payment.Id}", found => found.GetProperty("items").GetArrayLength() == 1, "the record");
        return $"quarantine/{page.GetProperty("items")[0].GetProperty("quarantineId").GetString()}";
    }
}
