namespace FunctionsNotify.Operations;

/// <summary>One answer for all who ask at about the same time: however many ask, what is behind it is asked at most once in its time.</summary>
/// <param name="make">Makes the answer; not stopped when somebody who waits for it is gone.</param>
/// <param name="lasts">How long an answer stands, from its beginning.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedAnswer<T>(Func<Task<T>> make, TimeSpan lasts, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<T>? _answer;
    private long _begunAt;

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
