using System.Globalization;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

internal static class FirstRetries
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The guide's rule: one or two retries within 5 seconds of the first attempt's end.</summary>
    public static void StartWithinFiveSeconds(DeliveredPayment delivered, ITestOutputHelper output)
    {
        var end = delivered.Outcome.Attempts[0].EndedAt;
        foreach (var attempt in delivered.Outcome.Attempts.Skip(1).Take(2))
        {
            var after = attempt.Result.StartedAt - end;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"retry {attempt.Number - 1} started {after.TotalSeconds:0.000} s after the first attempt's end"));
            Assert.True(after < Limit, $"retry {attempt.Number - 1} started {after} after the first attempt's end");
        }
    }
}
