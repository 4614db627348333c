using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

public sealed partial class SafetyTests(OperatedHost host) : PageTests(host)
{
    private const string Attack = "<img src=x onerror=\"window.attacked=1\"><script>window.attacked=1</script>";

    // As long as an id may be.
    private const string AttackingId = "\"><svg onload=window.attacked=1>'--%3Cimg";

    [BrowserFact]
    public async Task ForeignText_HoldsMarkup_IsShownAndDoesNothing()
    {
        var payment = await Host.RejectedAsync("<b>CODE</b>", Attack, new PagePayment(AttackingId, "<i>order</i>"));
        await Host.EnqueueAsync(payment.Message(Attack));
        await Host.GetAsync($"quarantine?paymentId={Uri.EscapeDataString(AttackingId)}", page => page.GetProperty("items").GetArrayLength() == 1, "the conflict");

        await OpenAsync("deliveries?state=Rejected");
        await Assertions.Expect(Page.GetByText("<b>CODE</b>").First).ToBeVisibleAsync();
        await Link(AttackingId).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync(AttackingId);
        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync(Attack);

        await Button("Redeliver…").ClickAsync();
        await ConfirmAsync("Redeliver", Attack, "<u>mira</u>");
        await Assertions.Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Redeliveries" })).ToContainTextAsync(Attack);
        await Link("Conflict, waiting").ClickAsync();
        await Button("Show the message").ClickAsync();
        await Assertions.Expect(Page.Locator("pre")).ToContainTextAsync("<img src=x");
        await OpenAsync($"audit?paymentId={Uri.EscapeDataString(AttackingId)}");
        await Assertions.Expect(Rows.First).ToContainTextAsync(Attack);
        await OpenAsync($"search?q={Uri.EscapeDataString(Attack)}");
        await Assertions.Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync(Attack);

        Assert.False(await Page.EvaluateAsync<bool>("() => 'attacked' in window"));
        Assert.Equal(0, await Page.Locator("main :is(img, script, b, i, u):not(button *)").CountAsync());
    }

    [BrowserFact]
    public async Task Policy_InlineScriptStyleAndForeignAddress_AreRefusedByTheBrowser()
    {
        var response = await Page.GotoAsync(new Uri(Host.Address, "api/ui").ToString());
        var policy = response!.Headers["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        var refused = await Page.EvaluateAsync<string[]>(
            """
            async () => {
              const refused = [];
              document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));
              const script = document.createElement('script');
              script.setAttribute('nonce', 'guess');
              script.append('window.attacked = 1');
              document.body.append(script);
              document.body.setAttribute('style', 'color: red');
              await fetch('https://example.invalid/').catch(() => {});
              await new Promise(resolve => setTimeout(resolve));
              return refused;
            }
            """);

        Assert.Contains("connect-src", refused);
        Assert.Contains("style-src-attr", refused);
        Assert.Contains(refused, directive => directive.StartsWith("script-src", StringComparison.Ordinal) || directive.StartsWith("require-trusted", StringComparison.Ordinal));
        Assert.False(await Page.EvaluateAsync<bool>("() => 'attacked' in window"));
        Forgive("Content Security Policy");
        Forgive("TrustedScript");
    }

    [BrowserFact]
    public async Task Api_AsksForAKey_TheKeyIsSentAndForgottenAtSignOut()
    {
        // The platform's check of function keys, which the local host has not; every answer beyond it is the host's own.
        await Page.RouteAsync(ApiCall(), async route =>
        {
            if (await route.Request.HeaderValueAsync("x-functions-key") == "right")
            {
                await route.ContinueAsync();
                return;
            }

            await route.FulfillAsync(new() { Status = 401 });
        });
        await Page.GotoAsync(new Uri(Host.Address, "api/ui").ToString());

        await SignInAsync("wrong");
        await Assertions.Expect(Dialog).ToContainTextAsync("The API refused the key.");
        await SignInAsync("right");
        await Assertions.Expect(Page.Locator("[data-key='tile-Open']")).ToBeVisibleAsync();
        Assert.Equal("right", await Page.EvaluateAsync<string>("() => sessionStorage.getItem('notify.key')"));
        Assert.Equal(0, await Page.EvaluateAsync<int>("() => localStorage.length + document.cookie.length"));

        await Button("Sign out").ClickAsync();
        await Assertions.Expect(Dialog.GetByLabel("Function key")).ToBeVisibleAsync();
        Assert.Null(await Page.EvaluateAsync<string?>("() => sessionStorage.getItem('notify.key')"));

        await Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(Page.Locator("#banner")).ToContainTextAsync("You are not signed in.");
        await Assertions.Expect(Button("Sign in")).ToBeVisibleAsync();
    }

    // What the API says where Microsoft Entra is on, which the local host has not.
    [BrowserFact]
    public async Task Api_NamesASignedInUser_IsTheActorAndSigningOutForgetsTheKey()
    {
        await Page.RouteAsync("**/api/summary", async route =>
        {
            var response = await route.FetchAsync();
            var summary = JsonNode.Parse(await response.TextAsync())!;
            summary["caller"] = "ann@example";
            await route.FulfillAsync(new() { Response = response, Body = summary.ToJsonString() });
        });
        string? sent = null;
        await Page.RouteAsync("**/redeliver", async route =>
        {
            sent = route.Request.PostData;
            await route.FulfillAsync(new() { Status = 202, Json = new { deliveryId = "np-other~0002", generation = 2, isRepeat = false } });
        });
        await Page.RouteAsync("**/.auth/**", route => route.FulfillAsync(new() { Body = "signed out" }));
        await OpenAsync(await Host.RejectedAsync());
        await Page.EvaluateAsync("() => sessionStorage.setItem('notify.key', 'right')");

        await Assertions.Expect(Page.Locator("#account")).ToContainTextAsync("ann@example");
        await Button("Redeliver…").ClickAsync();
        await Assertions.Expect(Dialog.GetByLabel("Your name")).ToHaveCountAsync(0);
        await Dialog.GetByLabel("Reason").FillAsync("asked by the merchant");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Redeliver", Exact = true }).ClickAsync();
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
        Assert.Equal("""{"reason":"asked by the merchant"}""", sent);

        await Link("Sign out").ClickAsync();
        await Assertions.Expect(Page.GetByText("signed out")).ToBeVisibleAsync();
        Assert.Null(await Page.EvaluateAsync<string?>("() => sessionStorage.getItem('notify.key')"));
        Assert.DoesNotContain(Requests, request => request.EndsWith("/.auth/me", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task FirstVisit_Transfer_IsSmall()
    {
        await OpenAsync();
        await Assertions.Expect(Page.Locator("[data-key='tile-Open']")).ToBeVisibleAsync();

        var bytes = await Page.EvaluateAsync<int>(
            "() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].filter(entry => entry.name.includes('/api/ui')).reduce((sum, entry) => sum + entry.transferSize, 0)");

        Assert.InRange(bytes, 10_000, 60_000);
    }

    private async Task SignInAsync(string key)
    {
        await Dialog.GetByLabel("Function key").FillAsync(key);
        await Page.Keyboard.PressAsync("Enter");
    }

    [GeneratedRegex("/api/(?!ui)")]
    private static partial Regex ApiCall();
}
