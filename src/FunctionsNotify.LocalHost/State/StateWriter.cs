using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// The only writer. Callers hand changes over and wait for their commit; the changes that came in meanwhile share the
/// next transaction, so the flush to the disk is paid once for all of them. Order is kept. A fault of the file or disk is
/// waited out: the group is tried again until it is committed, and nothing that depends on it goes on before.
/// </summary>
internal sealed class StateWriter : IDisposable
{
    private const int MaxGroup = 512;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly StateDatabase _database;
    private readonly FaultLog _faults;
    private readonly ILogger _logger;
    private readonly BlockingCollection<StateChange> _changes = [];
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Thread _thread;
    private WriteSession? _session;

    public StateWriter(StateDatabase database, TimeProvider time, ILogger<StateWriter> logger)
    {
        _database = database;
        _logger = logger;
        _faults = new FaultLog(time);
        _thread = new Thread(Work) { Name = "state writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Hands a change over; its <see cref="StateChange.Committed"/> says when it is on the disk.</summary>
    /// <exception cref="InvalidOperationException">The writer was disposed.</exception>
    public T Enqueue<T>(T change)
        where T : StateChange
    {
        _changes.Add(change);
        return change;
    }

    /// <summary>Commits what was handed over, as long as the disk lets it, and ends.</summary>
    public void Dispose()
    {
        if (_changes.IsAddingCompleted)
        {
            return;
        }

        _changes.CompleteAdding();
        if (!_thread.Join(TimeSpan.FromSeconds(5)))
        {
            _giveUp.Cancel();
            _thread.Join();
        }

        _session?.Dispose();
        _giveUp.Dispose();
        _changes.Dispose();
    }

    private void Work()
    {
        var group = new List<StateChange>(MaxGroup);
        foreach (var first in _changes.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < MaxGroup && _changes.TryTake(out var next))
            {
                group.Add(next);
            }

            CommitGroup(group);
            group.Clear();
        }
    }

    private void CommitGroup(List<StateChange> group)
    {
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            var fault = TryCommit(group);
            if (fault is null)
            {
                if (_faults.Recovered())
                {
                    Logs.StateWritten(_logger);
                }

                group.ForEach(static change => change.Complete());
                return;
            }

            if (!IsOfTheFile(fault))
            {
                CommitSingly(group, fault);
                return;
            }

            if (_faults.ShouldTell(out var more))
            {
                Logs.StateNotWritten(_logger, group.Count, more, fault.Message);
            }

            if (_giveUp.Token.WaitHandle.WaitOne(pause))
            {
                group.ForEach(change => change.Fail(fault));
                return;
            }
        }
    }

    // One change that cannot be written must not take the others of its group with it.
    private void CommitSingly(List<StateChange> group, Exception fault)
    {
        if (group.Count == 1)
        {
            Logs.ChangeRefused(_logger, group[0].GetType().Name, fault.Message);
            group[0].Fail(fault);
            return;
        }

        foreach (var change in group)
        {
            CommitGroup([change]);
        }
    }

    private Exception? TryCommit(List<StateChange> group)
    {
        try
        {
            _session ??= new WriteSession(_database);
            _session.Begin();
            foreach (var change in group)
            {
                change.Apply(_session);
            }

            _session.Commit();
            return null;
        }
#pragma warning disable CA1031 // The writer outlives every fault of a change; it is told to whoever waits for that change.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _session?.TryRollback();
            if (IsOfTheFile(exception))
            {
                _session?.Dispose();
                _session = null;
            }

            return exception;
        }
    }

    // SQLite's primary result codes that say something about the file, the disk or the machine, not about the change.
    private static bool IsOfTheFile(Exception exception) => exception is SqliteException
    {
        SqliteErrorCode: 5 /* busy */ or 6 /* locked */ or 7 /* no memory */ or 8 /* read-only */ or 10 /* I/O */ or 13 /* full */ or 14 /* cannot open */ or 15 /* protocol */
    };

    private static TimeSpan Longer(TimeSpan pause) => 2 * pause < LongestPause ? 2 * pause : LongestPause;
}
