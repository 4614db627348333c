using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios;

/// <summary>A development host of a scenario's own, with queues, table and task hub of its own, over an Azurite and a simulator that it may share.</summary>
internal sealed class OwnHost : IAsyncDisposable
{
    private readonly string _name;
    private readonly IDisposable? _place;

    private OwnHost(string name, IDisposable? place, IReadOnlyDictionary<string, string> settings, SimulatorServer simulator, HostPolicy policy)
    {
        _name = name;
        _place = place;
        Settings = settings;
        var port = FreePort();
        Process = new HostProcess(port, settings);
        Host = new HostUnderTest(
            settings,
            new NotifyApi(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), key: null),
            new SimulatorControl(simulator.BaseAddress),
            policy);
    }

    public HostProcess Process { get; }

    public HostUnderTest Host { get; }

    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Prepares a host; nothing is started.</summary>
    /// <param name="name">Lower-case letters: in the names of all that it keeps.</param>
    /// <param name="storage">The connection string.</param>
    /// <param name="simulator">The simulator.</param>
    /// <param name="policy">What it is started with.</param>
    /// <param name="more">Further settings, for all its lives.</param>
    /// <param name="place">Given back when it is disposed.</param>
    public static OwnHost Prepare(
        string name, string storage, SimulatorServer simulator, HostPolicy policy, IEnumerable<KeyValuePair<string, string>>? more = null, IDisposable? place = null)
    {
        var own = $"{name}{ScenarioSettings.RunId}";
        var settings = new Dictionary<string, string>(simulator.HostSettings, StringComparer.Ordinal)
        {
            [Setting.Storage] = storage,
            [Setting.PaymentsStorage] = storage,
            [Setting.TaskHub] = own,
            [Setting.NotificationsQueue] = $"{own}-in",
            [Setting.OutcomesQueue] = $"{own}-out",
            [Setting.Table] = own,
            [Setting.QuarantineContainer] = $"{own}-quarantine",
            [Setting.RequestTimeout] = "00:00:10",
            // The number of rounds stays host.json's: a kill and a slow machine hand a message out again too, and that is
            // no reason to give it up.
            [Setting.Extension("queues__visibilityTimeout")] = "00:00:01",
        };
        foreach (var (key, value) in policy.ToSettings().Concat(more ?? []))
        {
            settings[key] = value;
        }

        return new OwnHost(name, place, settings, simulator, policy);
    }

    /// <summary>A second process of the same app.</summary>
    public OwnHost Second(SimulatorServer simulator) => new($"{_name}-second", place: null, Settings, simulator, Host.Policy);

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
        _place?.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
