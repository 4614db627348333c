namespace FunctionsNotify.App;

// One answer for all who ask at about the same time: however many ask, what is behind it is asked at most once in its
// time.
internal sealed class SharedAnswer<T>(Func<Task<T>> make, TimeSpan lasts, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<T>? _answer;
    private long _begunAt;

    // The next who asks gets a new one.
    public void Forget()
    {
        lock (_gate)
        {
            _answer = null;
        }
    }

    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_answer is null || (_answer.IsCompleted && (!_answer.IsCompletedSuccessfully || time.GetElapsedTime(_begunAt) >= lasts)))
            {
                _begunAt = time.GetTimestamp();
                _answer = Task.Run(make, CancellationToken.None);
            }

            return _answer.WaitAsync(cancellationToken);
        }
    }
}
