using System.Net;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>A bulk redelivery that <c>kill -9</c> cuts off is finished by the same call: exactly one new delivery each.</summary>
[Trait("Category", "owns-process")]
public sealed class BulkRedeliveryScenarios(ITestOutputHelper output)
{
    /// <summary>How many payments; 1,000 with NOTIFY_SOAK=1.</summary>
    private static int Count => ScenarioSettings.IsSoak ? 1_000 : 100;

    [OwnsProcessFact]
    public async Task Bulk_KilledInBetween_TheSameCallFinishesItAndNothingIsDeliveredTwice()
    {
        await using var own = await Suite.PrepareHostAsync("bulk", HostPolicy.OfSeconds(1, 2));
        await own.StartAsync();
        var host = own.Host;
        var payments = Enumerable.Range(0, Count).Select(_ => Payment.Succeeded("bulk-kill")).ToList();
        await Parallel.ForEachAsync(payments, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (payment, _) =>
        {
            await host.ScriptAsync(payment, ScriptStep.Failure("PROCESS_FAIL"), ScriptStep.Success);
            await host.EnqueueAsync(payment);
        });
        await EndedAsync(host, payments, "np-", string.Empty);

        // Killed by itself, between the record and the start of one in the middle, with others at every other step.
        await own.Process.KillAsync();
        await own.StartAsync(new KeyValuePair<string, string>("NOTIFY_CRASH_AT", $"after-redelivery:{Count / 3}"));
        var request = new { actor = "ann", reason = "scenario", paymentIds = payments.Select(payment => payment.Id).ToArray() };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.Api.PostAsync("redeliveries", request, key: "bulk-kill"));
        await own.Process.ExitAsync(HostUnderTest.Patience);
        await own.StartAsync();

        var began = TimeProvider.System.GetTimestamp();
        var (status, answer) = await host.Api.PostAsync("redeliveries", request, key: "bulk-kill");
        var verdicts = answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("verdict").GetString()!).CountBy(verdict => verdict).ToDictionary();
        output.WriteLine($"{Count} payments: {string.Join(", ", verdicts.Select(verdict => $"{verdict.Value} {verdict.Key}"))} in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Count, verdicts.GetValueOrDefault("Redelivered") + verdicts.GetValueOrDefault("AlreadyRedelivered"));
        Assert.InRange(verdicts.GetValueOrDefault("AlreadyRedelivered"), Count / 3, Count - 1);
        await EndedAsync(host, payments, "np-", "~2");
        foreach (var payment in payments)
        {
            var found = (await host.Api.FindAsync(payment.Id))!;
            Assert.Equal(($"np-{payment.Id}~2", "Delivered"), (found.DeliveryId, found.State));

            // The attempt that was in flight at the kill is made again, with the same body.
            Assert.InRange((await host.ReceivedAsync(payment.Id)).Count, 2, 3);
        }
    }

    private static Task EndedAsync(HostUnderTest host, List<Payment> payments, string prefix, string suffix) => Eventually.BecomesTrueAsync(
        () =>
        {
            var ended = host.Outcomes.All.Select(outcome => outcome.DeliveryId).ToHashSet();
            return Task.FromResult(payments.TrueForAll(payment => ended.Contains(prefix + payment.Id + suffix)));
        },
        HostUnderTest.Patience,
        $"every delivery {prefix}…{suffix} to end");
}
