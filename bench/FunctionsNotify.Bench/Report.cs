using System.Globalization;

namespace FunctionsNotify.Bench;

/// <summary>One table: a line for each figure, a column for each app, medians over the rounds.</summary>
internal static class Report
{
    public static void Print(TextWriter output, IReadOnlyList<string> apps, IReadOnlyList<Figures> all)
    {
        void Line(string name, Func<Figures, double?> figure) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-44}{string.Concat(apps.Select(app => Median(all.Where(each => each.App == app).Select(figure)) is { } median ? median.ToString("F2", CultureInfo.InvariantCulture).PadLeft(10) : "-".PadLeft(10)))}"));

        output.WriteLine($"{"medians over the rounds",-44}{string.Concat(apps.Select(app => app.PadLeft(10)))}");
        Line("transactions per payment", each => each.Transactions.Values.Sum());
        foreach (var kind in all.SelectMany(each => each.Transactions.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Line($"  {kind}", each => each.Transactions.TryGetValue(kind, out var count) ? count : null);
        }

        Line("idle transactions/s", each => each.IdleTransactionsPerSecond);
        Line("payments/s, a burst", each => each.Burst.PaymentsPerSecond);
        Line("processor s per 1,000: host", each => each.Burst.HostProcessor);
        Line("processor s per 1,000: worker", each => each.Burst.WorkerProcessor);
        Line("processor s per 1,000: Azurite", each => each.Burst.AzuriteProcessor);
        Line("MiB: host", each => each.HostMebibytes);
        Line("MiB: worker", each => each.WorkerMebibytes);
        foreach (var percentile in (int[])[50, 95, 99])
        {
            Line($"enqueue to end, alone, p{percentile}, s", each => Percentile(each.Alone, percentile));
            Line($"enqueue to end, half load, p{percentile}, s", each => Percentile(each.HalfLoad, percentile));
            Line($"to retry 1, idle, p{percentile}, s", each => Percentile([.. each.IdleRetries.Select(retry => retry.First)], percentile));
            Line($"to retry 2, idle, p{percentile}, s", each => Percentile([.. each.IdleRetries.Select(retry => retry.Second)], percentile));
            Line($"to retry 1, half load, 100 waiting, p{percentile}, s", each => Percentile([.. each.LoadedRetries.Select(retry => retry.First)], percentile));
            Line($"to retry 2, half load, 100 waiting, p{percentile}, s", each => Percentile([.. each.LoadedRetries.Select(retry => retry.Second)], percentile));
        }

        var ratios = all.Where(each => each.App == apps[1]).Zip(all.Where(each => each.App == apps[0]), (ours, bare) => (double?)(ours.Burst.PaymentsPerSecond / bare.Burst.PaymentsPerSecond));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"payments/s, {apps[1]} : {apps[0]}, median of {all.Count / apps.Count} rounds: {Median(ratios):F2}"));
    }

    public static double? Percentile(IReadOnlyList<double> values, int percentile) =>
        values.Count == 0 ? null : values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(values.Count * percentile / 100d) - 1));

    public static double? Median(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().Order().ToList();
        return known.Count == 0 ? null : known[known.Count / 2];
    }
}
