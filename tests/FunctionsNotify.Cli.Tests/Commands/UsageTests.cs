namespace FunctionsNotify.Cli.Tests;

/// <summary>What is wrong with a command line is said before anything is called.</summary>
public sealed class UsageTests
{
    private readonly NotifyUnderTest _notify = new();

    [Theory]
    [InlineData("bogus")]
    [InlineData("keys")]
    [InlineData("status")]
    [InlineData("status", "..")]
    [InlineData("status", "")]
    [InlineData("status", "p", "--payment-request-id", "r")]
    [InlineData("list", "--state", "Lost")]
    [InlineData("list", "--from", "yesterday")]
    [InlineData("list", "--page-size", "0")]
    [InlineData("list", "--page-size", "many")]
    [InlineData("list", "--all", "--page-size", "10")]
    [InlineData("redeliver", "--reason", "why")]
    [InlineData("redeliver", "p")]
    [InlineData("redeliver", "p", "--reason", "line\nend")]
    [InlineData("redeliver", "p", "--state", "Exhausted", "--reason", "why")]
    [InlineData("redeliver", "--state", "Exhausted", "--reason", "why")]
    [InlineData("redeliver", "p", "--reason", "why", "--idempotency-key", "schlüssel")]
    [InlineData("redeliver", "p", "q", "--reason", "why", "--body", "-")]
    [InlineData("cancel", "p", "--reason", "why", "--wait", "-1")]
    [InlineData("send-now", "p", "--reason", "why", "--expected-attempt", "0")]
    [InlineData("repair", "p", "--reason", " ")]
    [InlineData("quarantine", "show", "2026")]
    [InlineData("quarantine", "discard", "2026/0301", "--reason", "why")]
    [InlineData("quarantine", "show", "../../health")]
    [InlineData("status", "p", "--interval", "1")]
    [InlineData("completion", "tcsh")]
    [InlineData("watch", "--interval", "0")]
    [InlineData("audit", "--from", "x")]
    [InlineData("enqueue")]
    [InlineData("enqueue", "--file", "-", "--payment-id", "p")]
    [InlineData("reconcile", "-", "--yes")]
    [InlineData("simulate")]
    [InlineData("simulate", "p", "--all", "--answer", "U")]
    [InlineData("simulate", "--all")]
    [InlineData("simulate", "p", "--times", "2")]
    [InlineData("simulate", "p", "--answer", "U", "--times", "0")]
    [InlineData("simulate", "p", "--answer", "U", "--simulator", "http://example.com")]
    [InlineData("outcomes", "--count", "1")]
    [InlineData("keys", "make")]
    [InlineData("keys", "make", "--out", "/nowhere", "--size", "1024")]
    [InlineData("verify", "response")]
    [InlineData("verify", "request", "--capture", "-", "--body", "-")]
    [InlineData("list", "--url", "http://example.com")]
    public async Task Run_WrongCommandLine_EndsWithUsage(params string[] args)
    {
        // Nothing listens there: a call would end with another code.
        _notify.Environment["NOTIFY_API"] = "http://127.0.0.1:9";
        var ending = (await _notify.RunAsync(args)).EndsWith(ExitCodes.Usage);
        Assert.NotEmpty(ending.Error);
        Assert.Empty(ending.Out);
    }

    [Fact]
    public async Task Run_WrongCommandLineWithJson_IsOneDocument()
    {
        var error = (await _notify.RunAsync("list", "--page-size", "many", "--json")).EndsWith(ExitCodes.Usage).Json.GetProperty("error");
        Assert.Equal(2, error.GetProperty("exitCode").GetInt32());
        Assert.NotEqual(0, error.GetProperty("messages").GetArrayLength());
    }

    [Theory]
    [InlineData("Did you mean redeliver?", "redelivr", "p")]
    [InlineData("Did you mean --dry-run?", "redeliver", "p", "--dryrun")]
    [InlineData("Unrecognized option '--bogus'", "status", "--bogus")]
    [InlineData("Did you mean requeue?", "quarantine", "reqeue")]
    [InlineData("did you mean Exhausted?", "list", "--state", "exausted")]
    [InlineData("did you mean timeout?", "simulate", "p", "--answer", "timout")]
    public async Task Run_Misspelt_NamesWhatWasMeant(string expected, params string[] args) =>
        Assert.Contains(expected, (await _notify.RunAsync(args)).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Run_Suggest_ListsCommandsAndOptions()
    {
        Assert.Contains("requeue", (await _notify.RunAsync("[suggest:20]", "notify quarantine re")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        Assert.Contains("[suggest:", (await _notify.RunAsync("completion", "bash")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Help_IsNoFault()
    {
        Assert.Contains("enqueue", (await _notify.RunAsync("--help")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        Assert.Contains("--dry-run", (await _notify.RunAsync("redeliver", "--help")).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
        Assert.Contains("enqueue", (await _notify.RunAsync()).EndsWith(ExitCodes.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ReasonMissingOnATerminal_IsAskedFor()
    {
        _notify.Answers = new Queue<string?>(["because"]);
        // Asked, and then the host is missing: so the reason was taken.
        var ending = (await _notify.RunAsync("repair", "p", "--url", "http://127.0.0.1:9")).EndsWith(ExitCodes.Unreachable);
        Assert.StartsWith("Reason: ", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnexpectedFault_IsOneLine()
    {
        _notify.Identity = () => throw new InvalidOperationException("first\nsecond");
        var ending = (await _notify.RunAsync("outcomes", "--queue-uri", "https://account.queue.core.windows.net/outcomes")).EndsWith(ExitCodes.NotDone);
        Assert.Equal("InvalidOperationException: first\\u{A}second", ending.Error.Trim());
    }

    [Fact]
    public async Task Run_Interrupted_SaysSo()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var ending = (await _notify.RunAsync(stop.Token, "status", "p", "--url", "http://127.0.0.1:9")).EndsWith(ExitCodes.NotDone);
        Assert.Contains("Interrupted", ending.Error, StringComparison.Ordinal);
    }
}
