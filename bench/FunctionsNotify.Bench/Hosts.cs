using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;

namespace FunctionsNotify.Bench;

/// <summary>One, two and four hosts on one task hub: whether the work divides.</summary>
internal static class Hosts
{
    private static readonly int[] _counts = [1, 2, 4];
    private static readonly TimeSpan _balance = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(App app, string devHost, int payments, int rounds)
    {
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var hosts in _counts)
            {
                Console.WriteLine(await MeasureAsync(app, devHost, payments, hosts));
            }
        }
    }

    private static async Task<string> MeasureAsync(App app, string devHost, int payments, int hosts)
    {
        await using var round = await Round.StartAsync(app, devHost, hosts: hosts);
        var owners = await BalanceAsync(round, hosts);
        await round.BurstAsync(hosts * Round.WarmUp);
        var before = round.Sent.Select(sent => sent.Total).ToList();
        var burst = await round.BurstAsync(payments);
        var sent = round.Sent.Select((each, index) => each.List().Where(request => request.Sequence > before[index]).Select(request => request.PaymentId).Distinct().Count());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{hosts} hosts: {burst.PaymentsPerSecond:F1} payments/s; first attempts by host: {string.Join(" ", sent)}; partitions have {owners} owners; Azurite {burst.AzuriteProcessor:F1} processor s per 1,000");
    }

    // A new host takes its share of the partitions over within a lease or two.
    private static async Task<int> BalanceAsync(Round round, int hosts)
    {
        var partitions = new TableClient(round.Storage, $"{Round.Hub}Partitions");
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var owners = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var row in partitions.QueryAsync<TableEntity>())
            {
                if (row.GetString("CurrentOwner") is { Length: > 0 } owner)
                {
                    owners.Add(owner);
                }
            }

            if (owners.Count == hosts || waited.Elapsed > _balance)
            {
                return owners.Count;
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
