namespace FunctionsNotify.LocalHost;

internal static class CancellationExtensions
{
    /// <summary>Waits for the work, and cancels it when it takes longer than the grace.</summary>
    public static async Task CancelAfterAsync(this CancellationTokenSource source, TimeSpan grace, Task work)
    {
        try
        {
            await work.WaitAsync(grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await source.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
