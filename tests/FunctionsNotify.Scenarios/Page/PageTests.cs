using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace FunctionsNotify.Scenarios.Page;

/// <summary>One host and one browser for every test of the page.</summary>
[CollectionDefinition(Name)]
public sealed class OperatedHosts : ICollectionFixture<OperatedHost>
{
    public const string Name = "Operated host";
}

/// <summary>
/// A test with a fresh browser profile. At its end every test has proved as well that the page made no request but to
/// its own host, and had no error.
/// </summary>
[Collection(OperatedHosts.Name)]
public abstract partial class PageTests(OperatedHost host) : IAsyncLifetime
{
    private readonly List<string> _faults = [];
    private readonly List<string> _requests = [];
    private IBrowserContext? _context;
    private IPage? _page;

    protected OperatedHost Host { get; } = host;

    protected IPage Page => _page ?? throw new InvalidOperationException("The page is not open.");

    /// <summary>The addresses that were asked for.</summary>
    protected IReadOnlyList<string> Requests => _requests;

    protected virtual BrowserNewContextOptions Options => new() { ViewportSize = new ViewportSize { Width = 1280, Height = 860 }, TimezoneId = "Asia/Shanghai" };

    public virtual async Task InitializeAsync()
    {
        _context = await Host.Browser.NewContextAsync(Options);
        _context.SetDefaultTimeout(60_000);
        _page = await _context.NewPageAsync();
        _page.Request += (_, request) => _requests.Add(request.Url);
        _page.PageError += (_, error) => _faults.Add(error);
        _page.Console += (_, message) =>
        {
            // The browser itself notes each answer of 4xx; that the API refuses something is part of a scenario.
            if (message.Type is "error" or "warning" && !Refusal().IsMatch(message.Text))
            {
                _faults.Add(message.Text);
            }
        };
    }

    public virtual async Task DisposeAsync()
    {
        if (_context is not null)
        {
            await _context.DisposeAsync();
        }

        Assert.Empty(_faults);
        Assert.All(_requests, address => Assert.StartsWith(Host.Address.ToString(), address, StringComparison.Ordinal));
        Assert.NotEmpty(_requests);
    }

    /// <summary>Opens a place of the page, such as <c>deliveries</c>.</summary>
    protected async Task OpenAsync(string place = "")
    {
        await Page.GotoAsync(new Uri(Host.Address, $"api/ui#/{place}").ToString());
        await Assertions.Expect(Page.Locator("main:not([aria-busy]) h1")).ToBeVisibleAsync();
    }

    /// <summary>Opens a payment's place.</summary>
    private protected Task OpenAsync(PagePayment payment) => OpenAsync($"payments/{Uri.EscapeDataString(payment.Id)}");

    /// <summary>The page asks again, as when its tab comes to the front.</summary>
    protected Task LookAgainAsync() => Page.EvaluateAsync("() => document.dispatchEvent(new Event('visibilitychange'))");

    /// <summary>Takes back the browser's note of a fault that the test made itself.</summary>
    protected void Forgive(string text) => Assert.NotEqual(0, _faults.RemoveAll(fault => fault.Contains(text, StringComparison.Ordinal)));

    protected ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    protected ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    protected ILocator Rows => Page.Locator("main tbody tr");

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name });

    protected ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name });

    /// <summary>Fills the open dialog in and confirms it.</summary>
    protected async Task ConfirmAsync(string button, string reason = "asked by the merchant", string actor = "mira")
    {
        await Dialog.GetByLabel("Your name").FillAsync(actor);
        await Dialog.GetByLabel("Reason").FillAsync(reason);
        await Dialog.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
    }

    [GeneratedRegex("^Failed to load resource: the server responded with a status of 4")]
    private static partial Regex Refusal();
}
