using System.Diagnostics;

namespace FunctionsNotify.Simulator.Tests;

internal static class Poll
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Deadline, $"The condition did not hold within {Deadline}.");
            await Task.Delay(10);
        }
    }
}
