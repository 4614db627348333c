using System.Globalization;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios;

/// <summary>A local host with queues and state of its own, over an Azurite and a simulator that it may share.</summary>
public sealed class OwnHost : IAsyncDisposable
{
    private readonly DirectoryInfo _state;

    private readonly string _name;

    private OwnHost(string name, DirectoryInfo state, LocalHostProcess process, HostUnderTest under)
    {
        _name = name;
        _state = state;
        Process = process;
        Host = under;
    }

    /// <summary>The process.</summary>
    public LocalHostProcess Process { get; }

    /// <summary>The ways to reach it.</summary>
    public HostUnderTest Host { get; }

    /// <summary>Prepares a host; nothing is started.</summary>
    /// <param name="name">Lower-case letters: in the names of its queues and its state folder.</param>
    /// <param name="storage">The connection string.</param>
    /// <param name="simulator">The simulator.</param>
    /// <param name="policy">What it is started with.</param>
    public static OwnHost Prepare(string name, string storage, SimulatorServer simulator, HostPolicy policy)
    {
        var state = Directory.CreateTempSubdirectory($"functions-notify-{name}-");
        var api = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/"));
        var notifications = $"{name}-in-{ScenarioSettings.RunId}";
        var outcomes = $"{name}-out-{ScenarioSettings.RunId}";
        var settings = new Dictionary<string, string>(simulator.HostSettings, StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = storage,
            ["AlipayPlus__RequestTimeout"] = "00:00:03",
            ["Queues__Notifications"] = notifications,
            ["Queues__Outcomes"] = outcomes,
            ["LocalHost__Data"] = state.FullName,
            ["LocalHost__Port"] = api.Port.ToString(CultureInfo.InvariantCulture),
            // The number of rounds stays host.json's: a kill and a slow machine hand a message out again too, and that is
            // no reason to give it up.
            ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
        };
        foreach (var (key, value) in policy.ToEnvironment())
        {
            settings[key] = value;
        }

        var control = new SimulatorControl(simulator.BaseAddress);
        return new OwnHost(name, state, new LocalHostProcess(settings), new HostUnderTest(storage, notifications, outcomes, new NotifyApi(api, key: null), control, policy));
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(params KeyValuePair<string, string>[] extra)
    {
        Process.Start(extra);
        await Process.AnswersAsync(Host.Api);
    }

    /// <summary>Kills it and starts it again.</summary>
    public async Task RestartAsync()
    {
        await Process.KillAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        SuiteLogs.Keep(_name, Process.Log);
        await Host.DisposeAsync();
        try
        {
            _state.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A temporary folder that stays behind does no harm.
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
