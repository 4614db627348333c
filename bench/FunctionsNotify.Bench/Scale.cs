using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;

namespace FunctionsNotify.Bench;

internal sealed record ScaleFigures(int Deliveries, double WorkerMebibytes, IReadOnlyDictionary<string, (double Seconds, double Queries, string Result)> Calls);

/// <summary>
/// What looking costs beside 1,000 and beside 100,000 deliveries that wait for their next retry. Some are real; claims and
/// index rows of the others are copied from one of them, under ids of their own. Durable's rows are those of the real ones.
/// </summary>
internal static class Scale
{
    private const string Table = "NotifyDeliveries";
    private const int Batch = 100;
    private const int AtOnce = 16;
    private const int Times = 3;

    private static readonly int[] _counts = [1_000, 100_000];

    public static async Task RunAsync(App app, string devHost, int real)
    {
        var schedule = new Dictionary<string, string> { ["Delivery__RetryDelays__0"] = "00:00:01", ["Delivery__RetryDelays__1"] = "00:00:02", ["Delivery__RetryDelays__2"] = "12:00:00" };
        await using var round = await Round.StartAsync(app, devHost, schedule);
        var table = new TableClient(round.Storage, Table);
        var ids = await round.EnqueueWaitingAsync(real);
        // The last attempts' rows and turns.
        await round.EndAsync(ids);
        var pattern = await PatternAsync(table, ids[^1]);
        var all = new List<ScaleFigures>();
        var have = ids.Count;
        foreach (var count in _counts)
        {
            var from = Stopwatch.StartNew();
            await SeedAsync(table, pattern, ids[^1], have, count);
            have = Math.Max(have, count);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{have:N0} deliveries wait, {ids.Count} of them real (copied in {from.Elapsed.TotalSeconds:F0} s)"));
            all.Add(await MeasureAsync(round, ids[0], have));
        }

        Print(all[0], all[1]);
    }

    private static async Task<IReadOnlyList<TableEntity>> PatternAsync(TableClient table, string id)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PaymentId eq {id}")))
        {
            rows.Add(row);
        }

        return rows;
    }

    private static async Task SeedAsync(TableClient table, IReadOnlyList<TableEntity> pattern, string id, int have, int count)
    {
        var ids = Enumerable.Range(have, Math.Max(0, count - have)).Select(number => string.Create(CultureInfo.InvariantCulture, $"W{number:D7}")).ToList();
        var index = pattern.Where(row => row.PartitionKey.StartsWith("d-", StringComparison.Ordinal)).ToList();
        var claim = pattern.Except(index).Single();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (copy, stop) => await table.AddEntityAsync(Copy(claim, id, copy), stop));
        foreach (var rows in ids.SelectMany(copy => index.Select(row => Copy(row, id, copy))).Chunk(Batch))
        {
            await table.SubmitTransactionAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));
        }
    }

    // Ids are of one length, so that the copy is as large as its pattern.
    private static TableEntity Copy(TableEntity row, string id, string copy)
    {
        var entity = new TableEntity();
        foreach (var (name, value) in row.Where(property => property.Key is not ("odata.etag" or "Timestamp")))
        {
            entity[name] = value switch
            {
                string text => text.Replace(id, copy, StringComparison.Ordinal),
                byte[] bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(id, copy, StringComparison.Ordinal)),
                _ => value,
            };
        }

        return entity;
    }

    private static async Task<ScaleFigures> MeasureAsync(Round round, string id, int count)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = round.Host.Api, Timeout = TimeSpan.FromMinutes(2) };
        var calls = new Dictionary<string, (double, double, string)>
        {
            ["find one payment"] = await TimeAsync(() => http.GetAsync($"notifications/{id}")),
            ["a page of the list"] = await TimeAsync(() => http.GetAsync("notifications?pageSize=50")),
            ["the summary"] = await TimeAsync(() => http.GetAsync("summary"), between: TimeSpan.FromSeconds(3)),
            ["sweep"] = await TimeAsync(() => MaintainAsync("sweep")),
            ["gauges (observe)"] = await TimeAsync(() => MaintainAsync("observe")),
        };
        return new ScaleFigures(count, round.Host.Mebibytes.Worker, calls);

        Task<HttpResponseMessage> MaintainAsync(string part) => http.PostAsync("maintenance", new StringContent($$"""{"actor":"bench","reason":"bench","parts":["{{part}}"]}""", Encoding.UTF8, "application/json"));

        // Once unmeasured; the medians of some.
        async Task<(double, double, string)> TimeAsync(Func<Task<HttpResponseMessage>> call, TimeSpan between = default)
        {
            var (seconds, queries) = (new List<double?>(), new List<double?>());
            var result = "";
            for (var time = 0; time <= Times; time++)
            {
                await Task.Delay(between);
                var (from, took) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
                using var answer = await call();
                took.Stop();
                // A line of the log comes a little after the answer.
                await Task.Delay(TimeSpan.FromMilliseconds(300));
                if (time > 0)
                {
                    seconds.Add(took.Elapsed.TotalSeconds);
                    queries.Add(round.Log.Count(from, DateTimeOffset.UtcNow).Where(kind => kind.Key is "claims and index query" or "instances query").Sum(kind => kind.Value));
                }

                result = await ResultAsync(answer);
            }

            return (Report.Median(seconds)!.Value, Report.Median(queries)!.Value, result);
        }
    }

    private static async Task<string> ResultAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            return $"HTTP {(int)answer.StatusCode} {body}";
        }

        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("parts", out var parts) ? parts[0].GetProperty("result").GetString()! : "";
    }

    private static void Print(ScaleFigures few, ScaleFigures many)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-24}{few.Deliveries,14:N0}{many.Deliveries,14:N0}{"ratio",8}"));
        Line("worker, MiB", few.WorkerMebibytes, many.WorkerMebibytes, "");
        foreach (var (call, (seconds, queries, result)) in many.Calls)
        {
            Line($"{call}, s", few.Calls[call].Seconds, seconds, result);
            Line("  queries", few.Calls[call].Queries, queries, "");
        }

        Console.WriteLine("Azurite looks through a whole table at each query, the service only through the keys' range.");

        static void Line(string name, double few, double many, string result) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{few,14:F2}{many,14:F2}{many / few,8:F2} {result}").TrimEnd());
    }
}
