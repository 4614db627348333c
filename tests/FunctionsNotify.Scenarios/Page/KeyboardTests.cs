using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

/// <summary>No mouse: every test only presses keys.</summary>
public sealed class KeyboardTests(OperatedHost host) : PageTests(host)
{
    [BrowserFact]
    public async Task Keyboard_FromSearchToRedelivery_Suffices()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync();

        await PressAsync("/");
        await Assertions.Expect(Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync(payment.Id);
        await PressAsync("Enter");
        await Assertions.Expect(Heading).ToBeFocusedAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync(payment.Id);

        await TabToAsync(Button("Redeliver…"));
        await PressAsync("Enter");
        await Assertions.Expect(Dialog.GetByLabel("Your name")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("mira");
        await PressAsync("Tab");
        await Page.Keyboard.TypeAsync("asked by the merchant");
        await PressAsync("Enter");

        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        await Host.IsInStateAsync(payment, "Delivered");
    }

    [BrowserFact]
    public async Task Escape_InADialog_ClosesItAndGivesTheFocusBack()
    {
        await OpenAsync(await Host.OpenAsync());
        await TabToAsync(Button("Cancel…"));
        await PressAsync("Enter");
        await Assertions.Expect(Dialog).ToBeVisibleAsync();

        await PressAsync("Escape");

        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(Button("Cancel…")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Back_ADialogIsOpen_ClosesItWithItsPlace()
    {
        var payment = await Host.OpenAsync();
        await OpenAsync("deliveries");
        await OpenAsync(payment);
        await TabToAsync(Button("Cancel…"));
        await PressAsync("Enter");
        await Assertions.Expect(Dialog).ToBeVisibleAsync();

        await Page.GoBackAsync();

        await Assertions.Expect(Heading).ToHaveTextAsync("Deliveries");
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Focus_ListIsRefreshed_StaysWhereItWas()
    {
        var payment = await Host.RejectedAsync();
        await OpenAsync("deliveries");
        var link = Link(payment.Id);
        await link.FocusAsync();
        var newer = await Host.RejectedAsync();
        await LookAgainAsync();

        await Assertions.Expect(Link(newer.Id)).ToBeVisibleAsync();

        await Assertions.Expect(link).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Focus_Anywhere_CanBeSeen()
    {
        await OpenAsync("deliveries");
        await Assertions.Expect(Rows.First).ToBeVisibleAsync();
        await PressAsync("Tab");
        await Assertions.Expect(Link("Skip to the content")).ToBeInViewportAsync();
        for (var pressed = 0; pressed < 25; pressed++)
        {
            await PressAsync("Tab");
            // In a date the browser marks the part that has the focus.
            var outline = await Page.EvaluateAsync<string>("() => `${getComputedStyle(document.activeElement).outlineStyle} ${getComputedStyle(document.activeElement).outlineWidth} ${document.activeElement.outerHTML.slice(0, 80)}`");
            Assert.True(outline.StartsWith("solid 2px ", StringComparison.Ordinal) || outline.Contains("datetime-local", StringComparison.Ordinal), outline);
        }
    }

    private Task PressAsync(string key) => Page.Keyboard.PressAsync(key);

    private async Task TabToAsync(ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (var pressed = 0; pressed < 40; pressed++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await PressAsync("Tab");
        }

        Assert.Fail("The target is not reached by Tab.");
    }
}
