using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.DevHost;

/// <summary>The folder of everything that is kept; one process at a time uses it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly bool _isTemporary;

    private DataFolder(string path, bool isTemporary)
    {
        Path = path;
        _isTemporary = isTemporary;
        Directory.CreateDirectory(path);
        try
        {
            // The operating system gives it back when this process ends, in whatever way.
            _lock = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new DevHostException($"The data folder {path} is in use by another run, or cannot be written: stop that one, or give another folder with --data.");
        }
    }

    public string Path { get; }

    public static DataFolder Take(string? path) => new(path ?? System.IO.Path.Combine(RepositoryRoot.Find(), ".local"), isTemporary: false);

    public static DataFolder Temporary() => new(Directory.CreateTempSubdirectory("functions-notify-").FullName, isTemporary: true);

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whole or not at all: who waits for the file never reads half of it.</summary>
    public void Write(string name, string text)
    {
        File.WriteAllText(In(name) + ".new", text);
        File.Move(In(name) + ".new", In(name), overwrite: true);
    }

    public void Delete(string name) => File.Delete(In(name));

    public void Dispose()
    {
        _lock.Dispose();
        if (_isTemporary)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException)
            {
                // A temporary folder that stays behind does no harm.
            }
        }
    }
}

/// <summary>Where tools find what runs on a data folder. Never an account that was given: its key stays out of files.</summary>
internal sealed record Addresses(string Api, string? AlipayPlus, string? Storage)
{
    public const string FileName = "addresses.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>The Azurite and the simulator of a run, each where the settings name no other.</summary>
internal sealed class LocalServices : IAsyncDisposable
{
    private const int UsualSimulatorPort = 5180;

    public AzuriteProcess? Azurite { get; private set; }

    public SimulatorServer? Simulator { get; private set; }

    public static bool AreNeeded(AppSettings settings) => settings.NeedsSimulator() || !settings.Has(AppSettings.Storage);

    // Starts what the settings do not name and completes them. The usual ports stay from start to start; where one is taken,
    // a note says so. Without a data folder nothing must be needed.
    public static async Task<LocalServices> StartAsync(AppSettings settings, DataFolder? data, bool usualPorts, Action<string> note, CancellationToken cancellationToken)
    {
        var services = new LocalServices();
        try
        {
            if (settings.NeedsSimulator())
            {
                services.Simulator = await StartSimulatorAsync(data!.In("simulator-keys"), usualPorts, note, cancellationToken).ConfigureAwait(false);
                foreach (var (name, value) in services.Simulator.HostSettings)
                {
                    settings.Complete(name, value);
                }
            }

            if (!settings.Has(AppSettings.Storage))
            {
                services.Azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { DataDirectory = data!.In("azurite"), UsualPorts = usualPorts }, cancellationToken).ConfigureAwait(false);
                settings.Complete(AppSettings.Storage, services.Azurite.ConnectionString);
                if (usualPorts && !services.Azurite.HasUsualPorts)
                {
                    note("One of the ports 10000 to 10002 is taken: Azurite uses others, and UseDevelopmentStorage=true does not reach it.");
                }
            }

            if (settings.IsOwnApp)
            {
                settings.CompletePaymentsStorage();
            }

            return services;
        }
        catch
        {
            await services.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Azurite is not null)
        {
            await Azurite.DisposeAsync().ConfigureAwait(false);
        }

        if (Simulator is not null)
        {
            await Simulator.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<SimulatorServer> StartSimulatorAsync(string keys, bool usualPort, Action<string> note, CancellationToken cancellationToken)
    {
        if (usualPort)
        {
            try
            {
                return await SimulatorServer.StartAsync(new SimulatorOptions { Port = UsualSimulatorPort, KeysDirectory = keys }, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                note($"Port {UsualSimulatorPort} is taken: the simulator uses another.");
            }
        }

        return await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = keys }, cancellationToken).ConfigureAwait(false);
    }
}
