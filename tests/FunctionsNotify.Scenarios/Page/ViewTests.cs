using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

public sealed class AccessibilityTests(OperatedHost host) : PageTests(host)
{
    private static readonly RunOnlyOptions _everything = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };

    // What the colours of the system change; the rest of a view is the same in both.
    private static readonly RunOnlyOptions _contrast = new() { Type = "rule", Values = ["color-contrast"] };

    [BrowserTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task EveryView_LightOnADesktopDarkOnAPhone_IsAccessibleAndNeedsNoSidewaysScrolling(ColorScheme scheme, int width)
    {
        await Page.SetViewportSizeAsync(width, 860);
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        var rules = new AxeRunOptions { RunOnly = scheme == ColorScheme.Light ? _everything : _contrast, ResultTypes = [ResultType.Violations] };
        List<string> found = [];
        foreach (var visit in Views())
        {
            await visit.Go();
            var result = await Page.RunAxe(rules);
            found.AddRange(result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{visit.Name}: {rule.Id}: {node.Html}: {string.Join("; ", node.Any.Select(check => check.Message))}")));
            var widest = await Page.EvaluateAsync<string>(
                """
                () => [document.documentElement, ...document.querySelectorAll('main, main .scroll, dialog')]
                  .filter(element => element.scrollWidth > Math.max(element.clientWidth, 1)).map(element => `${element.tagName} ${element.className} ${element.scrollWidth}`).join()
                """);
            found.AddRange(widest.Length == 0 ? [] : [$"{visit.Name}: {widest}"]);
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [BrowserFact]
    public async Task Page_MadeOfLandmarks_HasEachOnce()
    {
        await OpenAsync();

        foreach (var role in new[] { AriaRole.Banner, AriaRole.Main, AriaRole.Search, AriaRole.Contentinfo })
        {
            await Assertions.Expect(Page.GetByRole(role)).ToHaveCountAsync(1);
        }

        await Assertions.Expect(Page.GetByRole(AriaRole.Navigation, new() { Name = "Views" })).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator("#said")).ToHaveAttributeAsync("aria-live", "polite");
    }

    private (string Name, Func<Task> Go)[] Views() =>
    [
        ("overview", async () =>
        {
            await OpenAsync();
            await Assertions.Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Checks" })).ToBeVisibleAsync();
        }),
        ("deliveries", () => ListAsync("deliveries?state=Cancelled,Exhausted")),
        ("exhausted payment", () => FirstAsync("deliveries?state=Exhausted", "td a")),
        ("open payment", () => FirstAsync("deliveries?state=Open", "td a")),
        ("dialog", async () =>
        {
            await Button("Cancel…").ClickAsync();
            await ConfirmAsync("Cancel the delivery", reason: " ");
            await Assertions.Expect(Dialog.Locator("[aria-invalid]")).ToBeVisibleAsync();
        }),
        ("redelivered payment", async () =>
        {
            var payment = await Host.RejectedAsync();
            await OpenAsync(payment);
            await Button("Redeliver…").ClickAsync();
            await ConfirmAsync("Redeliver");
            await Page.Locator("main summary").ClickAsync();
        }),
        ("quarantine", () => ListAsync("quarantine")),
        ("invalid record", () => FirstAsync("quarantine?state=Invalid&status=Waiting", "td a")),
        ("conflict record", () => FirstAsync("quarantine?state=Conflict&status=Waiting", "td a")),
        ("dry run", async () =>
        {
            await OpenAsync("bulk/redeliver?state=Exhausted");
            await Button("Dry run").ClickAsync();
            await Assertions.Expect(Rows.First).ToBeVisibleAsync();
        }),
        ("bulk of messages", () => OpenAsync("bulk/discard?state=Invalid")),
        ("api", async () =>
        {
            await OpenAsync("api");
            await Page.Locator("main summary").First.ClickAsync();
        }),
        ("audit", () => ListAsync("audit")),
        ("nothing found", () => OpenAsync("search?q=nobody")),
    ];

    private async Task ListAsync(string place)
    {
        await OpenAsync(place);
        await Assertions.Expect(Rows.First).ToBeVisibleAsync();
    }

    private async Task FirstAsync(string place, string link)
    {
        await ListAsync(place);
        var list = Page.Url;
        await Rows.First.Locator(link).ClickAsync();
        await Assertions.Expect(Page).Not.ToHaveURLAsync(list);
        await Assertions.Expect(Page.Locator("main dl")).ToBeVisibleAsync();
    }
}

/// <summary>The pictures of docs/operations.md; NOTIFY_SCREENSHOTS names the folder where they are to stay.</summary>
public sealed class ScreenshotTests(OperatedHost host) : PageTests(host)
{
    private const int MaxBytes = 200_000;

    [BrowserTheory]
    [InlineData("overview", "", ColorScheme.Light)]
    [InlineData("deliveries", "deliveries", ColorScheme.Light)]
    [InlineData("quarantine", "quarantine", ColorScheme.Light)]
    [InlineData("dark", "deliveries?state=Open,Exhausted", ColorScheme.Dark)]
    public async Task View_Pictured_FitsTheDocs(string name, string place, ColorScheme scheme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await OpenAsync(place);
        await Assertions.Expect(Rows.First).ToBeVisibleAsync();

        await PictureAsync(name);
    }

    [BrowserFact]
    public async Task Payment_Pictured_FitsTheDocs()
    {
        await OpenAsync(await Host.ExhaustedAsync());
        await Button("Redeliver…").ClickAsync();
        await ConfirmAsync("Redeliver");
        await Assertions.Expect(Page.GetByText("Earlier deliveries")).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".heading .badge")).ToHaveTextAsync("Delivered");

        await Page.Locator("summary").ClickAsync();

        await PictureAsync("payment", isWhole: true);
    }

    private async Task PictureAsync(string name, bool isWhole = false)
    {
        // A message in passing would cover the picture.
        await Page.EvaluateAsync("() => document.getElementById('said').replaceChildren()");
        var folder = Environment.GetEnvironmentVariable("NOTIFY_SCREENSHOTS");
        var picture = await Page.ScreenshotAsync(new() { FullPage = isWhole, Path = folder is { Length: > 0 } ? Path.Combine(Path.GetFullPath(folder), name + ".png") : null });

        Assert.InRange(picture.Length, 10_000, MaxBytes);
    }
}
