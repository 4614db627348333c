using Microsoft.Playwright;

namespace FunctionsNotify.Page.Tests;

/// <summary>The installed Chromium; <c>eng/chromium.sh</c> installs Debian's.</summary>
internal static class Chromium
{
    // No call home, no first-run windows: every request of a run is the page's own.
    private static readonly string[] _flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static readonly string? _executable = Find();

    /// <summary>Why tests with a browser cannot run here; null when they can. On CI that is a failure, never a skip.</summary>
    public static string? SkipReason =>
        _executable is not null || Environment.GetEnvironmentVariable("CI") is not (null or "")
            ? null
            : "There is no Chromium: run eng/chromium.sh, or name one in NOTIFY_CHROMIUM.";

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = _executable ?? throw new InvalidOperationException("There is no Chromium: eng/chromium.sh installs it."),
        Args = _flags,
    });

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_CHROMIUM") is { Length: > 0 } named)
        {
            return named;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
