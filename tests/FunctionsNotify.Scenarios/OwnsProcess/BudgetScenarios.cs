using System.Globalization;
using FunctionsNotify.DevHost;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>
/// What a payment may cost in requests to storage: they are the cost in Azure and the limit of throughput. Polls are left out
/// (the gets of queues): their number depends on time, here as in a bare app. Without them a bare Durable app (queue,
/// orchestration, one empty activity) makes 16.
/// </summary>
internal static class Budget
{
    public const double AtOnce = 16 + 3.5;

    /// <summary>The timer's message, two turns of the orchestrator (4 each), the activity (3); ours: the claim read, the index row inserted, and replaced at the end. With their two or three polls at most 18.</summary>
    public const double Retry = 15.5;

    /// <summary>What batches, and a start that is put off, make of a count.</summary>
    public const double Tolerance = 0.3;

    /// <summary>The kinds of a payment that is acknowledged at once. What is not named here costs nothing.</summary>
    public static readonly IReadOnlyDictionary<string, double> Kinds = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["notifications delete"] = 1,

        // Ours: the claim decides who delivers, its end closes it, and the backend is told.
        ["claims and index insert"] = 1,
        ["claims and index merge"] = 1,
        ["outcomes put"] = 1,

        // The start looks whether there is one, writes the message and the row; a few are put off.
        ["instances query"] = 2,
        ["instances insert"] = 1,
        // One message for the start, one with the activity's result.
        ["control queue put"] = 2,
        ["control queue delete"] = 2,
        ["control queue update"] = 0.3,

        // Two turns: each reads the history, writes it and the instance's row.
        ["history query"] = 2,
        ["history batch"] = 2,
        ["instances merge"] = 2,

        // The activity.
        ["work items put"] = 1,
        ["work items delete"] = 1,
    };

    /// <summary>Polls; leases, and whether sending is paused, which go by the clock; and the test's own.</summary>
    public static readonly IReadOnlySet<string> NotCounted = new HashSet<string>(StringComparer.Ordinal)
    {
        "notifications get", "control queue get", "work items get", "notifications put", "outcomes get", "outcomes delete", "leases query", "leases merge", "leases insert", "sending query", "sending merge", "blobs and others put", "blobs and others get", "blobs and others head",
    };
}

[Trait("Category", "owns-process")]
public sealed class BudgetScenarios(ITestOutputHelper output)
{
    private const int Payments = 50;

    [OwnsProcessFact]
    public async Task Deliver_FiftyPayments_CostNoMoreRequestsThanTheBudget()
    {
        var folder = Directory.CreateTempSubdirectory("functions-notify-budget-");
        try
        {
            var file = Path.Combine(folder.FullName, "access.log");
            await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true, AccessLog = file });
            // What runs by the clock would be counted too.
            await using var own = await Suite.StartHostAsync(
                "budget",
                HostPolicy.OfSeconds(1, 2),
                [new(Setting.Table, "NotifyDeliveries"), new(Setting.OutcomesQueue, "budget-outcomes"), new(Setting.Disabled("Maintain"), "true")],
                azurite.ConnectionString);
            var log = new AccessLog(file);
            await DeliverAsync(own.Host, log, turns: 2, ScriptStep.Success);
            var idle = await log.IdleAsync(TimeSpan.FromSeconds(15));

            // A busy machine only adds to it: messages come again, and starts are put off. The least of three is the cost.
            IReadOnlyList<string> over = [];
            for (var round = 0; round < 3 && (round == 0 || over.Count > 0); round++)
            {
                var atOnce = await CostAsync("acknowledged at once", own.Host, log, idle, turns: 2, ScriptStep.Success);
                var retried = await CostAsync("with one retry", own.Host, log, idle, turns: 4, ScriptStep.Unknown(), ScriptStep.Success);
                over = [.. Over(atOnce, retried.Values.Sum() - atOnce.Values.Sum())];
            }

            Assert.Empty(over);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Over(Dictionary<string, double> atOnce, double retry)
    {
        foreach (var (kind, count) in atOnce.Where(kind => kind.Value > Budget.Kinds.GetValueOrDefault(kind.Key) + Budget.Tolerance))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{kind}: {count:F2} for each payment, the budget is {Budget.Kinds.GetValueOrDefault(kind)}");
        }

        if (atOnce.Values.Sum() is var sum and (< 16 or > Budget.AtOnce))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"at once: {sum:F2}, the budget is 16 to {Budget.AtOnce}");
        }

        if (retry is < 10 or > Budget.Retry)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"a retry: {retry:F2}, the budget is 10 to {Budget.Retry}");
        }
    }

    private async Task<Dictionary<string, double>> CostAsync(string what, HostUnderTest host, AccessLog log, IReadOnlyDictionary<string, double> idle, int turns, params ScriptStep[] steps)
    {
        var (from, to) = await DeliverAsync(host, log, turns, steps);
        var cost = log.PerPayment(from, to, Payments, idle).Where(kind => !Budget.NotCounted.Contains(kind.Key)).ToDictionary(StringComparer.Ordinal);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {cost.Values.Sum():F2} requests for each payment within {(to - from).TotalSeconds:F0} s"));
        foreach (var (kind, count) in cost.OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-26}{count:F2}"));
        }

        return cost;
    }

    // An orchestration writes its instance's row at the end of each turn.
    private static async Task<(DateTimeOffset From, DateTimeOffset To)> DeliverAsync(HostUnderTest host, AccessLog log, int turns, params ScriptStep[] steps)
    {
        var payments = Enumerable.Range(0, Payments).Select(_ => Payment.Succeeded("budget")).ToList();
        foreach (var payment in payments)
        {
            await host.ScriptAsync(payment, steps);
        }

        var from = DateTimeOffset.UtcNow;
        await Task.WhenAll(payments.Select(host.EnqueueAsync));
        foreach (var payment in payments)
        {
            Assert.Equal("Delivered", (await host.Outcomes.DeliveryAsync(payment.Id, HostUnderTest.Patience)).State);
        }

        var instances = payments.Select(payment => payment.DeliveryId(1)).ToHashSet(StringComparer.Ordinal);
        await Eventually.BecomesTrueAsync(
            () =>
            {
                var made = log.Read().Where(request => request.Kind == "instances merge" && instances.Contains(request.InstanceId ?? string.Empty)).ToList();
                return made.Count >= turns * Payments && made[^1].At < DateTimeOffset.UtcNow.AddSeconds(-2);
            },
            HostUnderTest.Patience,
            "every orchestration to end");
        return (from, DateTimeOffset.UtcNow);
    }
}
