using System.Diagnostics;

namespace FunctionsNotify.Testing;

/// <summary>Waits for what has to happen some time: polls until a deadline, and says what was waited for when it did not.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Long enough for anything that happens at once on a busy machine.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the condition holds.</summary>
    public static Task BecomesTrueAsync(Func<bool> condition, TimeSpan deadline, string what) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), deadline, what);

    /// <summary>Waits until the condition holds; an exception of it counts as "not yet" and is told at the deadline.</summary>
    public static Task BecomesTrueAsync(Func<Task<bool>> condition, TimeSpan deadline, string what) =>
        IsAsync(condition, holds => holds, deadline, what);

    /// <summary>Waits until the value is there and returns it.</summary>
    public static async Task<T> IsThereAsync<T>(Func<Task<T?>> value, TimeSpan deadline, string what)
        where T : class
        => (await IsAsync(value, found => found is not null, deadline, what))!;

    /// <summary>Waits until the value is as wanted and returns it; the last value or exception is told at the deadline.</summary>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public static async Task<T> IsAsync<T>(Func<Task<T>> value, Func<T, bool> wanted, TimeSpan deadline, string what)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            string last;
            Exception? cause = null;
            try
            {
                var found = await value();
                if (wanted(found))
                {
                    return found;
                }

                last = $"last seen: {found?.ToString() ?? "nothing"}";
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                last = $"last fault: {exception.GetType().Name}: {exception.Message}";
                cause = exception;
            }

            if (waited.Elapsed >= deadline)
            {
                throw new TimeoutException($"Waited {waited.Elapsed.TotalSeconds:0.0} s for {what}; {last}", cause);
            }

            await Task.Delay(Pause);
        }
    }
}
