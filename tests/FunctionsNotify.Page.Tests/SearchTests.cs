using Microsoft.Playwright;

namespace FunctionsNotify.Page.Tests;

public sealed class SearchTests(OperatedHost host) : PageTests(host)
{
    [BrowserFact]
    public async Task Search_PaymentId_ShowsThePayment()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync();

        await SearchAsync(payment.Id);

        await Assertions.Expect(Heading).ToHaveTextAsync(payment.Id);
        Assert.EndsWith($"#/payments/{payment.Id}", Page.Url, StringComparison.Ordinal);
        await Page.GoBackAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Overview");
    }

    [BrowserFact]
    public async Task Search_PaymentRequestId_ShowsThePayment()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync();

        await SearchAsync($"  {payment.RequestId} ");

        await Assertions.Expect(Heading).ToHaveTextAsync(payment.Id);
    }

    [BrowserFact]
    public async Task Search_UnknownId_SaysWhatCanBeFound()
    {
        await OpenAsync();

        await SearchAsync("nobody's payment");

        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync("Nothing is known by this id.");
    }

    [BrowserFact]
    public async Task Search_OnlyQuarantined_ShowsTheRecord()
    {
        var payment = Payment.Fresh();
        await Host.EnqueueAsync(payment.Message().Replace("\"S\"", "\"X\"", StringComparison.Ordinal));
        await Host.GetAsync($"quarantine?paymentId={payment.Id}", page => page.GetProperty("items").GetArrayLength() == 1, "the record");
        await OpenAsync();

        await SearchAsync(payment.Id);

        await Link("Invalid, waiting").ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Quarantined message");
        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync(payment.Id);
    }

    private async Task SearchAsync(string text)
    {
        await Page.GetByRole(AriaRole.Searchbox).FillAsync(text);
        await Page.Keyboard.PressAsync("Enter");
    }
}
