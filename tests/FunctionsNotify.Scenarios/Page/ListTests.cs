using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

public sealed partial class ListTests(OperatedHost host) : PageTests(host)
{
    [BrowserFact]
    public async Task Deliveries_PagedThrough_EachDeliveryStandsOnce()
    {
        List<string> seen = [];
        await OpenAsync("deliveries");
        await Assertions.Expect(Rows.First).ToBeVisibleAsync();
        while (true)
        {
            seen.AddRange(await Rows.Locator("a.id").AllTextContentsAsync());
            if (!await Link("Next page").IsVisibleAsync())
            {
                break;
            }

            var last = seen[^1];
            await Link("Next page").ClickAsync();
            await Assertions.Expect(Page.GetByText(last, new() { Exact = true })).ToHaveCountAsync(0);
        }

        Assert.True(seen.Count >= 58, $"{seen.Count} rows");
        Assert.Equal(seen.Distinct(), seen);
        await Page.GoBackAsync();
        await Assertions.Expect(Page.GetByText(seen[0], new() { Exact = true })).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Deliveries_Filtered_ShowsOnlyWhatMatches()
    {
        await OpenAsync("deliveries");

        await Page.GetByLabel("Exhausted").CheckAsync();
        await Button("Filter").ClickAsync();

        await Assertions.Expect(Page).ToHaveURLAsync(FilteredAddress());
        await Assertions.Expect(Rows).Not.ToHaveCountAsync(50);
        Assert.All(await Rows.AllTextContentsAsync(), row => Assert.Contains("Exhausted", row, StringComparison.Ordinal));
        await Assertions.Expect(Page.GetByLabel("Exhausted")).ToBeCheckedAsync();

        await Page.GetByLabel("Exhausted").UncheckAsync();
        await Page.GetByLabel("Result code").FillAsync("INVALID_SIGNATURE");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Rows.First).ToContainTextAsync("INVALID_SIGNATURE");
        await Assertions.Expect(Page.Locator("main tbody").GetByText("Exhausted")).ToHaveCountAsync(0);

        await Link("Clear").ClickAsync();
        await Assertions.Expect(Rows).ToHaveCountAsync(50);
    }

    [BrowserFact]
    public async Task Deliveries_BetweenTimes_AreAskedForInUtc()
    {
        await OpenAsync("deliveries");

        await Page.GetByLabel("Accepted from").FillAsync("2026-01-02T08:30");
        await Page.GetByLabel("Accepted before").FillAsync("2026-01-02T09:30");
        await Button("Filter").ClickAsync();

        await Assertions.Expect(Page.GetByText("No delivery matches.")).ToBeVisibleAsync();
        // The browser stands in Shanghai, eight hours ahead.
        Assert.Contains(Requests, request => request.Contains("from=2026-01-02T00%3A30%3A00.000Z&to=2026-01-02T01%3A30%3A00.000Z", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task Deliveries_ApiRefusesTheFilter_SaysWhy()
    {
        await OpenAsync("deliveries?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z");

        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync("400 days");
        await Assertions.Expect(Button("Try again")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Overview_StateChanges_CountsFollowByThemselves()
    {
        await OpenAsync();
        var open = Page.Locator("[data-key='tile-Open'] strong");
        await Assertions.Expect(open).ToBeVisibleAsync();
        var before = int.Parse(await open.InnerTextAsync(), CultureInfo.InvariantCulture);

        await Host.OpenAsync();
        await LookAgainAsync();

        await Assertions.Expect(open).ToHaveTextAsync((before + 1).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(1, Requests.Count(request => request.EndsWith("/api/ui", StringComparison.Ordinal)));
    }

    [BrowserFact]
    public async Task Overview_OnlyFirstAttemptsSucceeded_StillShowsThatPaymentsAreAcknowledged()
    {
        await OpenAsync();

        await Assertions.Expect(Page.Locator("[data-key='tile-acknowledged'] time")).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync("find it by its paymentId");
    }

    [BrowserFact]
    public async Task Overview_SendingIsPausedAndResumed_TheBannerSaysByWhomAndWhy()
    {
        await OpenAsync();
        await Button("Pause sending…").ClickAsync();
        await ConfirmAsync("Pause sending", "their maintenance");
        await Assertions.Expect(Page.Locator("#banner")).ToContainTextAsync("by mira: their maintenance.");
        await OpenAsync("deliveries");
        await Assertions.Expect(Page.Locator("#banner")).ToContainTextAsync("Sending has been paused since");

        await OpenAsync();
        await Button("Resume sending…").ClickAsync();
        await ConfirmAsync("Resume sending");

        await Assertions.Expect(Page.Locator("#banner")).ToBeEmptyAsync();
        await Assertions.Expect(Button("Pause sending…")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Api_LinkAtTheFoot_OpensEveryCallForPeople()
    {
        await OpenAsync();

        await Link("API").ClickAsync();

        await Assertions.Expect(Heading).ToHaveTextAsync("API");
        await Page.GetByText("POST /api/sending/pause").ClickAsync();
        await Assertions.Expect(Page.Locator("details[open]")).ToContainTextAsync("their maintenance");
    }

    [BrowserFact]
    public async Task Overview_TabIsHidden_AsksForNothing()
    {
        await OpenAsync();
        await Assertions.Expect(Page.Locator("[data-key='tile-Open']")).ToBeVisibleAsync();
        await Page.Clock.InstallAsync();
        await SetHiddenAsync(true);
        var before = Requests.Count;

        await Page.Clock.RunForAsync(60_000);
        Assert.Equal(before, Requests.Count);

        await Page.RunAndWaitForRequestAsync(() => SetHiddenAsync(false), request => request.Url.EndsWith("/api/summary", StringComparison.Ordinal));
    }

    private async Task SetHiddenAsync(bool isHidden) => await Page.EvaluateAsync(
        "hidden => { Object.defineProperty(document, 'hidden', { configurable: true, value: hidden }); document.dispatchEvent(new Event('visibilitychange')); }", isHidden);

    [GeneratedRegex("#/deliveries\\?state=Exhausted$")]
    private static partial Regex FilteredAddress();
}

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

        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync("Nothing is known under this id.");
    }

    [BrowserFact]
    public async Task Search_OnlyQuarantined_ShowsTheRecord()
    {
        var payment = PagePayment.Fresh();
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
