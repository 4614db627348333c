using System.Collections.Immutable;
using System.Globalization;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// What is done about a delivery that seems not to move; pure. It never terminates and never restarts an instance that
// lives.
internal static class SweepRules
{
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan StartingAfter = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan PendingAfter = TimeSpan.FromMinutes(15);

    // The claim of a completed instance was read after it.
    public static SweepAction Judge(DeliveryIndexRow row, Claim? claim, DeliveryInstance? instance, DateTimeOffset now)
    {
        if (!IsDue(row, now))
        {
            return SweepAction.None;
        }

        if (claim?.DeliveryId != row.DeliveryId)
        {
            return SweepAction.DropRow;
        }

        var starting = row.StartingSince is not null;
        if (claim.State != DeliveryState.Open)
        {
            // While the instance lives, its outcome activity is about to write the row.
            return starting ? SweepAction.DropRow : instance is { IsAlive: true } ? SweepAction.None : SweepAction.MendRow;
        }

        if (instance is null)
        {
            return starting ? SweepAction.Start : SweepAction.AlertMissing;
        }

        var action = Judge(instance, claim, now);
        return action != SweepAction.Wake || IsWakeDue(instance.Report!.NextDueAt!.Value, row.WokenAt, now) ? action : SweepAction.None;
    }

    public static SweepAction Judge(DeliveryInstance instance, Claim? claim, DateTimeOffset now)
    {
        // Under an ended claim too, where it may have an outcome to tell, and where another delivery replaced it: nothing else
        // ends it, and no purge removes it.
        if (instance.Status == OrchestrationRuntimeStatus.Suspended)
        {
            return SweepAction.AlertSuspended;
        }

        if (claim?.DeliveryId != instance.DeliveryId || claim.State != DeliveryState.Open)
        {
            return SweepAction.None;
        }

        return instance.Status switch
        {
            OrchestrationRuntimeStatus.Pending => now - instance.CreatedAt > PendingAfter ? SweepAction.AlertPending : SweepAction.None,
            OrchestrationRuntimeStatus.Running => JudgeRunning(instance, now),
            // Failed, terminated, or completed without having made its claim final.
            _ => SweepAction.AlertBroken,
        };
    }

    // Whether an instance is to be judged with its claim, by what a list of the platform tells of it.
    public static bool IsSuspect(DeliveryInstance instance, DateTimeOffset now) =>
        instance.Status != OrchestrationRuntimeStatus.Running || JudgeRunning(instance, now) is SweepAction.Wake or SweepAction.AlertStuck;

    // After 5, 10, 20, 40 minutes and so on: each wake is a message behind those that it is to help. Told by the last one and
    // not by the clock, so that a run which is missed or late only delays the next.
    public static bool IsWakeDue(DateTimeOffset dueAt, DateTimeOffset? wokenAt, DateTimeOffset now) =>
        wokenAt - dueAt is not { } then || then < OverdueAfter || Doublings(now - dueAt) > Doublings(then);

    private static int Doublings(TimeSpan overdue) => Math.ILogB(overdue / OverdueAfter);

    // The wake of a waiting attempt. Its id is derived, so that a delivery which is woken again and again, because its
    // worker is away, decides it once.
    public static DeliveryCommand Wake(DeliveryReport report)
    {
        return new DeliveryCommand
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"wake-{report.NextAttempt}-{report.NextDueAt?.UtcTicks:x}"),
            Kind = CommandKind.Wake,
            ExpectedAttempt = report.NextAttempt,
            Actor = "sweeper",
            Reason = "the attempt is overdue",
        };
    }

    public static DeliveryIndexRow Mend(DeliveryIndexRow row, Claim claim, DeliveryReport? report)
    {
        if (report is null)
        {
            return row with { State = claim.State, NextDueAt = null };
        }

        // The end that is recorded stands. An orchestration that died after it says what was before: open, and by now overdue.
        var hasEnded = claim.State != DeliveryState.Open;
        var last = report.Attempts.IsDefaultOrEmpty ? null : report.Attempts[^1].Result;
        return row with
        {
            State = hasEnded ? claim.State : report.State,
            AttemptCount = report.AttemptCount,
            NextDueAt = hasEnded ? null : report.NextDueAt,
            LastKind = last?.Kind,
            LastResultCode = last?.ResultCode,
            Sequence = Math.Max(row.Sequence, report.Sequence),
            StartingSince = null,
        };
    }

    private static bool IsDue(DeliveryIndexRow row, DateTimeOffset now) => row.StartingSince is { } since
        ? now - since > StartingAfter
        : now - row.NextDueAt > OverdueAfter;

    private static SweepAction JudgeRunning(DeliveryInstance instance, DateTimeOffset now) => instance.Report switch
    {
        null => now - instance.CreatedAt > PendingAfter ? SweepAction.AlertStuck : SweepAction.None,
        { Phase: DeliveryPhase.Waiting } waiting => now - waiting.NextDueAt > OverdueAfter ? SweepAction.Wake : SweepAction.MendRow,
        { Phase: DeliveryPhase.Sending } sending => now - sending.NextDueAt > PendingAfter ? SweepAction.AlertStuck : SweepAction.None,
        _ => SweepAction.None,
    };
}

public enum SweepAction
{
    None,

    Start,

    DropRow,

    MendRow,

    Wake,

    AlertPending,

    AlertStuck,

    AlertSuspended,

    AlertBroken,

    AlertMissing,
}

internal sealed record SweepReport(int Seen, ImmutableSortedDictionary<SweepAction, int> Actions, int Faults, bool IsComplete);

internal sealed class SweepTally
{
    private readonly SortedDictionary<SweepAction, int> _actions = [];
    private int _faults;
    private bool _complete = true;

    public int Seen { get; private set; }

    public void See() => Seen++;

    public void CutOff() => _complete = false;

    public void Did(SweepAction action)
    {
        if (action != SweepAction.None)
        {
            _actions[action] = _actions.GetValueOrDefault(action) + 1;
        }
    }

    public void Faulted() => _faults++;

    public SweepReport Report() => new(Seen, _actions.ToImmutableSortedDictionary(), _faults, _complete);
}
