namespace FunctionsNotify.LocalHost;

/// <summary>One change of the recorded state. It shares its transaction with others and is done when that is committed.</summary>
internal abstract class StateChange
{
    // Not on the writer's thread: it has the next group to commit.
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the change is on the disk.</summary>
    public Task Committed => _committed.Task;

    /// <summary>Writes the change. Called again when its transaction failed, so it must not count on its first call.</summary>
    public abstract void Apply(WriteSession session);

    public void Complete()
    {
        OnCommitted();
        _committed.TrySetResult();
    }

    public void Fail(Exception exception) => _committed.TrySetException(exception);

    /// <summary>What has to be in place before anyone learns of the commit, of this change or a later one.</summary>
    protected virtual void OnCommitted()
    {
    }

    /// <summary>Nobody may wait for this one; its fault is told by the writer.</summary>
    public void Forget() => _ = Committed.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
