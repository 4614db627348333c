using System.Globalization;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

internal static class FirstRetries
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Asserts the guide's rule: one or two retries within 5 seconds of the first attempt's end.</summary>
    public static void StartWithinFiveSeconds(DeliveredPayment delivered, ITestOutputHelper output) => Assert.All(
        Report(delivered, output),
        retry => Assert.True(retry.After < Limit, $"retry {retry.Number} started {retry.After} after the first attempt's end"));

    /// <summary>Writes when the first two retries started; on a host that is not ours nothing more can be asked.</summary>
    public static IReadOnlyList<(int Number, TimeSpan After)> Report(DeliveredPayment delivered, ITestOutputHelper output)
    {
        var end = delivered.Outcome.Attempts[0].EndedAt;
        var retries = delivered.Outcome.Attempts.Skip(1).Take(2).Select(attempt => (Number: attempt.Number - 1, After: attempt.Result.StartedAt - end)).ToList();
        foreach (var (number, after) in retries)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"retry {number} started {after.TotalSeconds:0.000} s after the first attempt's end ({(after < Limit ? "within" : "NOT within")} {Limit.TotalSeconds:0} s)"));
        }

        return retries;
    }
}
