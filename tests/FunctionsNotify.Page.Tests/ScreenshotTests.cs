using Microsoft.Playwright;

namespace FunctionsNotify.Page.Tests;

/// <summary>The pictures of docs/page.md; NOTIFY_SCREENSHOTS names the folder where they are to stay.</summary>
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
        await Assertions.Expect(Page.Locator("#said")).ToBeEmptyAsync();
        var folder = Environment.GetEnvironmentVariable("NOTIFY_SCREENSHOTS");
        var picture = await Page.ScreenshotAsync(new() { FullPage = isWhole, Path = folder is { Length: > 0 } ? Path.Combine(Path.GetFullPath(folder), name + ".png") : null });

        Assert.InRange(picture.Length, 10_000, MaxBytes);
    }
}
