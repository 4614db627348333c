using FunctionsNotify.Deliveries;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>The recorded state of one local host, on a file.</summary>
internal sealed class LocalState : IDisposable
{
    public LocalState(string path, DeliveryPolicy? policy = null)
    {
        Path = path;
        Database = new StateDatabase(path);
        Writer = new StateWriter(Database, TimeProvider.System, NullLogger<StateWriter>.Instance);
        Reader = new StateReader(Database);
        Claims = new SqliteClaimStore(Writer, Reader, Fresh, policy ?? new DeliveryPolicy());
    }

    public string Path { get; }

    public StateDatabase Database { get; }

    public StateWriter Writer { get; }

    public StateReader Reader { get; }

    public FreshDeliveries Fresh { get; } = new();

    public SqliteClaimStore Claims { get; }

    /// <summary>The file as a crash at this moment would leave it: what is committed lies in the file and its log.</summary>
    public LocalState AfterCrash(string path)
    {
        foreach (var suffix in new[] { "", "-wal" })
        {
            if (File.Exists(Path + suffix))
            {
                File.Copy(Path + suffix, path + suffix, overwrite: true);
            }
        }

        return new LocalState(path);
    }

    public void Dispose()
    {
        Writer.Dispose();
        Database.ClosePool();
    }
}
