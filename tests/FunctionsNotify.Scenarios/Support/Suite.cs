using System.Globalization;
using FunctionsNotify.DevHost;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios;

/// <summary>What all scenarios share: one Azurite, one simulator, one host. Started by the first scenario that asks.</summary>
internal static class Suite
{
    // Hosts beside the shared one: most of their time is waiting, and two cores serve no more of them.
    private const int OwnHostsAtOnce = 5;

    private static readonly Lazy<Task<AzuriteProcess>> LazyAzurite = new(() => AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true }));
    private static readonly Lazy<Task<SimulatorServer>> LazySimulator = new(StartSimulatorAsync);
    private static readonly Lazy<Task<OwnHost>> LazyOwnHost = new(StartOwnHostAsync);
    private static readonly Lazy<Task<HostUnderTest>> LazyHost = new(StartHostAsync);
    private static readonly Lazy<Task<(OwnHost Own, long Since)>> LazyIdle = new(StartIdleHostAsync);
    private static readonly SemaphoreSlim Places = new(OwnHostsAtOnce);
    private static DirectoryInfo? _keys;

    /// <summary>How long the idle host is left alone.</summary>
    public static TimeSpan Idle { get; } = TimeSpan.FromMinutes(2);

    /// <summary>The host that any-host scenarios run against: as many retries as the guide asks for, in seconds.</summary>
    public static Task<HostUnderTest> HostAsync() => LazyHost.Value;

    /// <summary>
    /// A host that was busy, as a system that falls idle is, then left alone for two minutes, with a hundred payments that
    /// wait for their third retry. It idles while the other scenarios run: see <see cref="BeginToIdle"/>.
    /// </summary>
    public static async Task<HostUnderTest> IdleHostAsync()
    {
        var (own, since) = await LazyIdle.Value;
        var rest = Idle - TimeProvider.System.GetElapsedTime(since);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        return own.Host;
    }

    public static void BeginToIdle() => _ = LazyIdle.Value;

    /// <summary>The shared simulator, for a host over an Azurite of its own.</summary>
    public static Task<SimulatorServer> SimulatorAsync() => LazySimulator.Value;

    /// <summary>Prepares a host of a scenario's own over the shared simulator and, where no other storage is given, the shared Azurite.</summary>
    public static async Task<OwnHost> PrepareHostAsync(string name, HostPolicy policy, IEnumerable<KeyValuePair<string, string>>? more = null, string? storage = null)
    {
        storage ??= (await LazyAzurite.Value).ConnectionString;
        var simulator = await LazySimulator.Value;
        // Last: what cannot start must not keep a place.
        await Places.WaitAsync();
        return OwnHost.Prepare(name, storage, simulator, policy, more, new Place());
    }

    /// <summary>The same, started.</summary>
    public static async Task<OwnHost> StartHostAsync(string name, HostPolicy policy, IEnumerable<KeyValuePair<string, string>>? more = null, string? storage = null) =>
        await StartedAsync(await PrepareHostAsync(name, policy, more, storage));

    /// <summary>The shared Azurite.</summary>
    public static Task<AzuriteProcess> AzuriteAsync() => LazyAzurite.Value;

    /// <summary>Ends all of it.</summary>
    public static async Task StopAsync()
    {
        int? exit = 0;
        if (await EndedAsync(LazyHost) is { } host && ScenarioSettings.IsExternal)
        {
            await host.DisposeAsync();
        }

        if (await EndedAsync(LazyOwnHost) is { } own)
        {
            exit = await own.Process.StopAsync();
            await own.DisposeAsync();
        }

        if (await EndedAsync(LazyIdle) is { Own: { } idle })
        {
            await idle.DisposeAsync();
        }

        var leaks = await EndedAsync(LazySimulator) is { } simulator ? Leaks(simulator) : [];
        await DisposeAsync(await EndedAsync(LazySimulator));
        await DisposeAsync(await EndedAsync(LazyAzurite));
        _keys?.Delete(recursive: true);
        Assert.True(exit == 0, "The shared host did not stop in order when it was asked to.");
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
        var (status, _, reported) = await host.Api.HealthAsync();
        var differences = host.Policy.DifferencesTo(reported);
        return status == "ok" && differences.Count == 0
            ? host
            : throw new InvalidOperationException($"The host's health is {status}; start it with the suite's retry schedule and constants. {string.Join("; ", differences)}");
    }

    private static HostUnderTest ExternalHost()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Setting.Storage] = ScenarioSettings.Required(Setting.Storage),
            [Setting.NotificationsQueue] = ScenarioSettings.Optional(Setting.NotificationsQueue) ?? "payment-notifications",
            [Setting.OutcomesQueue] = ScenarioSettings.Optional(Setting.OutcomesQueue) ?? "payment-notification-outcomes",
            [Setting.QuarantineContainer] = ScenarioSettings.Optional(Setting.QuarantineContainer) ?? "payment-notifications-quarantine",
        };
        return new HostUnderTest(
            settings,
            new NotifyApi(new Uri(ScenarioSettings.Required("NOTIFY_API")), ScenarioSettings.Optional("NOTIFY_API_KEY")),
            new SimulatorControl(new Uri(ScenarioSettings.Required("NOTIFY_SIMULATOR"))),
            HostPolicy.OfEnvironment());
    }

    private static async Task<OwnHost> StartOwnHostAsync()
    {
        // The wait before the fourth attempt is long enough to act in.
        var policy = HostPolicy.OfSeconds([1, 2, .. Enumerable.Range(0, 13).Select(index => 12 + (0.1 * index))]);
        return await StartedAsync(OwnHost.Prepare("shared", (await LazyAzurite.Value).ConnectionString, await LazySimulator.Value, policy));
    }

    private static async Task<OwnHost> StartedAsync(OwnHost own)
    {
        try
        {
            await own.StartAsync();
            return own;
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    private static async Task<(OwnHost Own, long Since)> StartIdleHostAsync()
    {
        var own = await StartedAsync(OwnHost.Prepare("idle", (await LazyAzurite.Value).ConnectionString, await LazySimulator.Value, HostPolicy.OfSeconds(1, 2, 3600)));
        var payments = Enumerable.Range(0, 100).Select(_ => Payment.Succeeded("before-idle")).ToList();
        await Task.WhenAll(payments.Select(payment => own.Host.ScriptAsync(payment, ScriptStep.Unknown())));
        await Task.WhenAll(payments.Select(own.Host.EnqueueAsync));
        foreach (var payment in payments)
        {
            await own.Host.Api.WaitForAttemptAsync(payment, 4);
        }

        return (own, TimeProvider.System.GetTimestamp());
    }

    private static Task<SimulatorServer> StartSimulatorAsync()
    {
        _keys = Directory.CreateTempSubdirectory("functions-notify-keys-");
        return SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = _keys.FullName });
    }

    // What failed to start has told its scenarios so.
    private static async Task<T?> EndedAsync<T>(Lazy<Task<T>> lazy)
    {
        if (!lazy.IsValueCreated)
        {
            return default;
        }

        await ((Task)lazy.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return lazy.Value.IsCompletedSuccessfully ? await lazy.Value : default;
    }

    private static ValueTask DisposeAsync(IAsyncDisposable? disposable) => disposable?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed class Place : IDisposable
    {
        public void Dispose() => Places.Release();
    }
}

/// <summary>Keeps what the hosts said, to look into a scenario that failed: <c>logs</c> beside the suite's program.</summary>
internal static class SuiteLogs
{
    private static readonly Lazy<DirectoryInfo> Folder = new(() =>
    {
        var folder = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "logs"));
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        folder.Create();
        return folder;
    });

    private static int _count;

    public static void Keep(string name, string log) => File.WriteAllText(
        Path.Combine(Folder.Value.FullName, string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref _count)}.log")), log);

    public static IReadOnlyList<(string Name, string Content)> All() =>
        Folder.IsValueCreated ? [.. Folder.Value.EnumerateFiles("*.log").Select(file => (file.Name, File.ReadAllText(file.FullName)))] : [];
}
