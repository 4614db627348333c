namespace FunctionsNotify.App;

// A token that ends with the caller's, or when the time is over by the clock that is given.
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    public TimeLimit(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        _time = new CancellationTokenSource(longest, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, cancellationToken);
    }

    public CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
