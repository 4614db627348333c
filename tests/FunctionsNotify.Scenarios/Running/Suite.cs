using FunctionsNotify.DevHost;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios;

/// <summary>What all scenarios share: one Azurite, one simulator, one host. Started by the first scenario that asks.</summary>
public static class Suite
{
    private static readonly Lazy<Task<AzuriteProcess>> LazyAzurite = new(() => AzuriteProcess.StartAsync());
    private static readonly Lazy<Task<SimulatorServer>> LazySimulator = new(StartSimulatorAsync);
    private static readonly Lazy<Task<OwnHost>> LazyOwnHost = new(StartOwnHostAsync);
    private static readonly Lazy<Task<HostUnderTest>> LazyHost = new(StartHostAsync);
    private static DirectoryInfo? _keys;

    /// <summary>
    /// The retry schedule of the shared local host: as many retries as the guide asks for, in seconds.
    /// </summary>
    public static HostPolicy Policy { get; } = HostPolicy.OfSeconds([.. Enumerable.Range(1, 15)]);

    /// <summary>The host that any-host scenarios run against.</summary>
    public static Task<HostUnderTest> HostAsync() => LazyHost.Value;

    /// <summary>Prepares a local host of a scenario's own over the shared Azurite and simulator.</summary>
    public static async Task<OwnHost> PrepareHostAsync(string name, HostPolicy policy) =>
        OwnHost.Prepare(name, (await LazyAzurite.Value).ConnectionString, await LazySimulator.Value, policy);

    /// <summary>The shared simulator, for a local host over an Azurite of its own.</summary>
    public static Task<SimulatorServer> SimulatorAsync() => LazySimulator.Value;

    /// <summary>Ends all of it.</summary>
    public static async Task StopAsync()
    {
        var stoppedByItself = true;
        if (await EndedAsync(LazyHost) is { } host && ScenarioSettings.IsExternal)
        {
            await host.DisposeAsync();
        }

        if (await EndedAsync(LazyOwnHost) is { } local)
        {
            stoppedByItself = await local.Process.StopAsync();
            await local.DisposeAsync();
        }

        var leaks = await EndedAsync(LazySimulator) is { } simulator ? Leaks(simulator) : [];
        await (await EndedAsync(LazySimulator))!.DisposeIfAnyAsync();
        await (await EndedAsync(LazyAzurite))!.DisposeIfAnyAsync();
        _keys?.Delete(recursive: true);
        Assert.True(stoppedByItself, "The local host did not stop when asked to and had to be killed.");
        Assert.True(leaks.Count == 0, $"The hosts' logs hold what no log may hold: {string.Join("; ", leaks)}");
    }

    /// <summary>What no log of any host may hold: the private key that all of them sign with, and the notifications' content.</summary>
    private static IReadOnlyList<string> Leaks(SimulatorServer simulator)
    {
        SecretSearch[] searches =
        [
            SecretSearch.ForPrivateKey(File.ReadAllText(simulator.Keys.AcquirerPrivateKeyPath)),
            SecretSearch.ForText("a notification's content", Payment.Marker),
        ];
        return [.. from log in SuiteLogs.All() from search in searches from found in search.FindIn(log.Content) select $"{log.Name}: {found}"];
    }

    private static async Task<HostUnderTest> StartHostAsync()
    {
        var host = ScenarioSettings.IsExternal ? ExternalHost() : (await LazyOwnHost.Value).Host;
        var (status, _, reported) = await HealthAsync(host);
        var differences = host.Policy.DifferencesTo(reported);
        return status == "ok" && differences.Count == 0
            ? host
            : throw new InvalidOperationException($"The host's health is {status}; start it with the suite's retry schedule and constants. {string.Join("; ", differences)}");
    }

    private static async Task<(string Status, string Host, HostPolicy Policy)> HealthAsync(HostUnderTest host)
    {
        try
        {
            return await host.Api.HealthAsync();
        }
        catch (HttpRequestException exception)
        {
            throw new InvalidOperationException($"No host answers GET /api/health at NOTIFY_API: {exception.Message}", exception);
        }
    }

    private static HostUnderTest ExternalHost() => new(
        ScenarioSettings.Required("AzureWebJobsStorage"),
        ScenarioSettings.NotificationsQueue,
        ScenarioSettings.OutcomesQueue,
        new NotifyApi(new Uri(ScenarioSettings.Required("NOTIFY_API")), ScenarioSettings.Optional("NOTIFY_API_KEY")),
        new SimulatorControl(new Uri(ScenarioSettings.Required("NOTIFY_SIMULATOR"))),
        ScenarioSettings.ExternalPolicy());

    private static async Task<OwnHost> StartOwnHostAsync()
    {
        var local = await PrepareHostAsync("shared", Policy);
        await local.StartAsync();
        return local;
    }

    private static Task<SimulatorServer> StartSimulatorAsync()
    {
        _keys = Directory.CreateTempSubdirectory("functions-notify-keys-");
        return SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = _keys.FullName });
    }

    // What failed to start has told its scenarios so.
    private static async Task<T?> EndedAsync<T>(Lazy<Task<T>> lazy)
        where T : class
    {
        if (!lazy.IsValueCreated)
        {
            return null;
        }

        await ((Task)lazy.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return lazy.Value.IsCompletedSuccessfully ? await lazy.Value : null;
    }

    private static ValueTask DisposeIfAnyAsync(this IAsyncDisposable? disposable) => disposable?.DisposeAsync() ?? ValueTask.CompletedTask;
}
