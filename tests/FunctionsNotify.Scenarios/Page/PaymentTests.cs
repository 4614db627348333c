using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

public sealed class PaymentTests(OperatedHost host) : PageTests(host)
{
    private ILocator Timeline => Page.Locator("section", new() { Has = Page.GetByRole(AriaRole.Heading, new() { Name = "Timeline" }) }).GetByRole(AriaRole.Listitem);

    private ILocator State => Page.Locator(".heading .badge");

    [BrowserFact]
    public async Task Payment_Exhausted_ShowsEveryAttemptWaitAndWhatToDo()
    {
        await OpenAsync(await Host.ExhaustedAsync());

        await Assertions.Expect(State).ToHaveTextAsync("Exhausted");
        await Assertions.Expect(Page.GetByText("What to do:")).ToBeVisibleAsync();
        await Assertions.Expect(Timeline).ToHaveCountAsync(7);
        var story = await Timeline.AllTextContentsAsync();
        Assert.Equal(["Accepted", "Attempt 1", "waited ", "Attempt 2", "waited ", "Attempt 3", "Exhausted"], story.Zip(["Accepted", "Attempt 1", "waited ", "Attempt 2", "waited ", "Attempt 3", "Exhausted"], (text, start) => text[..Math.Min(text.Length, start.Length)]));
        Assert.Contains("U UNKNOWN_EXCEPTION", story[1], StringComparison.Ordinal);
        Assert.Contains("HTTP 200 · trace ", story[1], StringComparison.Ordinal);
        Assert.Contains("HTTP 500", story[5], StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Payment_TimesAreLocal_WithUtcInTheTitle()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync(payment);

        var time = Timeline.First.Locator("time");
        var utc = DateTimeOffset.Parse(await time.GetAttributeAsync("datetime") ?? string.Empty, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(utc.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), await time.InnerTextAsync());
        Assert.Equal(utc.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", System.Globalization.CultureInfo.InvariantCulture), await time.GetAttributeAsync("title"));
    }

    [BrowserFact]
    public async Task Redeliver_WithReason_IsDeliveredAndTheHistorySaysWho()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync(payment);

        await Button("Redeliver…").ClickAsync();
        await ConfirmAsync("Redeliver");

        await Assertions.Expect(State).ToHaveTextAsync("Delivered");
        await Assertions.Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Redeliveries" })).ToContainTextAsync("miraasked by the merchant");
        await Page.GetByText("1 attempt, begun").ClickAsync();
        await Assertions.Expect(Page.Locator("details")).ToContainTextAsync("ORDER_IS_CLOSED");
        Assert.Equal(2, Host.Received(payment));
    }

    [BrowserFact]
    public async Task Redeliver_AnswerIsLost_TriesAgainWithTheSameKeyAndDeliversOnce()
    {
        var payment = await Host.RejectedAsync();
        List<string?> keys = [];
        await Page.RouteAsync("**/redeliver", async route =>
        {
            keys.Add(await route.Request.HeaderValueAsync("idempotency-key"));
            if (keys.Count > 1)
            {
                await route.ContinueAsync();
                return;
            }

            await route.FetchAsync();
            await route.AbortAsync();
        });
        await OpenAsync(payment);
        await Button("Redeliver…").ClickAsync();

        await ConfirmAsync("Redeliver");
        await Assertions.Expect(Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(State).ToHaveTextAsync("Delivered");
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
        Assert.Equal(2, Host.Received(payment));
        Forgive("net::ERR_FAILED");
    }

    [BrowserFact]
    public async Task Redeliver_CorrectedBodyIsRefused_SaysWhyAtTheFieldAndKeepsTheDialog()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync(payment);
        await Button("Redeliver…").ClickAsync();
        await Dialog.GetByText("With a corrected body").ClickAsync();
        await Dialog.GetByLabel("Corrected notification").FillAsync("{");

        await ConfirmAsync("Redeliver");
        await Assertions.Expect(Dialog).ToContainTextAsync("is not JSON");

        await Dialog.GetByLabel("Corrected notification").FillAsync(payment.Message().Replace(payment.Id, payment.Id + "9", StringComparison.Ordinal));
        await ConfirmAsync("Redeliver");
        await Assertions.Expect(Dialog.Locator("[aria-invalid]")).ToBeFocusedAsync();

        await Dialog.GetByLabel("Corrected notification").FillAsync(payment.Message("corrected"));
        await ConfirmAsync("Redeliver");
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(State).ToHaveTextAsync("Delivered");
    }

    [BrowserFact]
    public async Task SendNow_Confirmed_MakesTheWaitingAttempt()
    {
        var payment = await Host.OpenAsync();
        await OpenAsync(payment);
        await Assertions.Expect(Timeline.Last).ToContainTextAsync("Attempt 2due in 1 h 59 min");

        await Button("Send now…").ClickAsync();
        await ConfirmAsync("Send now");

        await Assertions.Expect(State).ToHaveTextAsync("Delivered");
        await Assertions.Expect(Timeline.Filter(new() { HasText = "Send now" })).ToContainTextAsync("Appliedby miraasked by the merchant");
        await Assertions.Expect(Page.Locator("#said")).ToContainTextAsync("Attempt 2: acknowledged, SUCCESS.");
    }

    [BrowserFact]
    public async Task Body_ShownToAnOperator_IsWhatWasSentAndACorrectionBeginsWithIt()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync(payment);
        await Button("Show what was sent…").ClickAsync();
        await ConfirmAsync("Show it");
        await Assertions.Expect(Page.Locator("pre")).ToHaveTextAsync(payment.Message());

        await Page.ReloadAsync();
        await Button("Redeliver…").ClickAsync();
        await Dialog.GetByLabel("Your name").FillAsync("mira");
        await Dialog.GetByLabel("Reason").FillAsync("asked by the merchant");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Begin a correction with what was sent" }).ClickAsync();
        await Assertions.Expect(Dialog.GetByLabel("Corrected notification")).ToHaveValueAsync(payment.Message());
        await Dialog.GetByLabel("Corrected notification").FillAsync(payment.Message("corrected"));
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Redeliver", Exact = true }).ClickAsync();

        await Assertions.Expect(State).ToHaveTextAsync("Delivered");
        await Assertions.Expect(Timeline.First).ToContainTextAsync("Correctionby mira");
        await OpenAsync($"audit?paymentId={payment.Id}");
        await Assertions.Expect(Rows.Filter(new() { HasText = "read-body" })).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task Cancel_Confirmed_EndsTheDelivery()
    {
        var payment = await Host.OpenAsync();
        await OpenAsync(payment);

        await Button("Cancel…").ClickAsync();
        await ConfirmAsync("Cancel the delivery");

        await Assertions.Expect(State).ToHaveTextAsync("Cancelled");
        await Assertions.Expect(Page.Locator("#said")).ToContainTextAsync("Cancel: applied.");
        Assert.Equal(1, Host.Received(payment));
    }

    [BrowserFact]
    public async Task Cancel_EndedMeanwhile_SaysSo()
    {
        var payment = await Host.OpenAsync();
        await OpenAsync(payment);
        await Button("Cancel…").ClickAsync();
        var other = await Page.Context.NewPageAsync();
        await other.APIRequest.PostAsync(new Uri(Host.Address, $"api/notifications/{payment.Id}/cancel").ToString(), new() { DataObject = new { actor = "tom", reason = "first" } });
        await Host.IsInStateAsync(payment, "Cancelled");

        await ConfirmAsync("Cancel the delivery");

        await Assertions.Expect(Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The delivery has ended: Cancelled.");
    }

    // The API took the delivery for open; it ended before it read the command, and nothing will ever judge that.
    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_AcceptedButTheDeliveryEndedFirst_SaysThatItCameTooLate(bool isDeliveredAgain)
    {
        var payment = await Host.OpenAsync();
        await Page.RouteAsync("**/cancel", async route =>
        {
            var api = Page.Context.APIRequest;
            var of = new Uri(Host.Address, $"api/notifications/{payment.Id}").ToString();
            await api.PostAsync($"{of}/cancel", new() { DataObject = new { actor = "tom", reason = "first" } });
            await Host.IsInStateAsync(payment, "Cancelled");
            if (isDeliveredAgain)
            {
                await api.PostAsync($"{of}/redeliver", new() { DataObject = new { actor = "tom", reason = "again" } });
                await Host.IsInStateAsync(payment, "Delivered");
            }

            await route.FulfillAsync(new() { Status = 202, Json = new { commandId = "of-nobody", deliveryId = $"np-{payment.Id}~0001" } });
        });
        await OpenAsync(payment);
        await Button("Cancel…").ClickAsync();
        await ConfirmAsync("Cancel the delivery");

        await Assertions.Expect(Page.Locator("#said")).ToContainTextAsync("came too late");
    }
}
