using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FunctionsNotify.DevHost;

/// <summary>One request that Azurite answered.</summary>
public sealed record StorageRequest(DateTimeOffset At, string Kind, string? InstanceId);

/// <summary>Azurite's access log: each request is one transaction of a storage account.</summary>
public sealed partial class AccessLog(string file)
{
    private readonly List<StorageRequest> _requests = [];
    private long _read;

    /// <summary>How many requests of each kind came within a time.</summary>
    public IReadOnlyDictionary<string, int> Count(DateTimeOffset from, DateTimeOffset to) => Read()
        .Where(request => request.At >= from && request.At < to)
        .GroupBy(request => request.Kind, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    /// <summary>How many a second while nothing is to be done: polling and leases.</summary>
    public async Task<IReadOnlyDictionary<string, double>> IdleAsync(TimeSpan time)
    {
        var from = DateTimeOffset.UtcNow;
        await Task.Delay(time).ConfigureAwait(false);
        return Count(from, from + time).ToDictionary(kind => kind.Key, kind => kind.Value / time.TotalSeconds, StringComparer.Ordinal);
    }

    /// <summary>How many for each payment, those of idling taken off.</summary>
    public IReadOnlyDictionary<string, double> PerPayment(DateTimeOffset from, DateTimeOffset to, int payments, IReadOnlyDictionary<string, double> idle) => Count(from, to)
        .ToDictionary(kind => kind.Key, kind => (kind.Value - (idle.GetValueOrDefault(kind.Key) * (to - from).TotalSeconds)) / payments, StringComparer.Ordinal);

    /// <summary>All of them up to now; a line is parsed once.</summary>
    public IReadOnlyList<StorageRequest> Read()
    {
        using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = _read;
        var bytes = new byte[stream.Length - _read];
        stream.ReadExactly(bytes);
        // The last line may still be on its way.
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        _read += whole;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n'))
        {
            if (Line().Match(line) is { Success: true } match)
            {
                _requests.Add(Of(DateTimeOffset.Parse(match.Groups["at"].Value, CultureInfo.InvariantCulture), match.Groups["method"].Value, Uri.UnescapeDataString(match.Groups["path"].Value)));
            }
        }

        return _requests;
    }

    private static StorageRequest Of(DateTimeOffset at, string method, string path)
    {
        var resource = path.Split('?', '(', '/')[0];
        var isMessage = path.Contains("/messages", StringComparison.Ordinal);
        var isTable = !isMessage && (path.Contains('(') || path.StartsWith("$batch", StringComparison.Ordinal) || resource.EndsWith("Instances", StringComparison.Ordinal) || resource.EndsWith("History", StringComparison.Ordinal) || resource == "NotifyDeliveries");
        var verb = (isMessage, isTable, method) switch
        {
            (true, _, "GET") => "get",
            (true, _, "POST") => "put",
            (true, _, "PUT") => "update",
            (true, _, _) => "delete",
            (_, true, "GET") => "query",
            (_, true, "POST") => path.StartsWith("$batch", StringComparison.Ordinal) ? "batch" : "insert",
            (_, true, "DELETE") => "delete",
            (_, true, _) => "merge",
            _ => method.ToLowerInvariant(),
        };
        var instance = Instance().Match(path);
        // What a sender asks and notes by the clock, whatever the number of payments.
        var store = path.Contains("PartitionKey='sending'", StringComparison.Ordinal) ? "sending" : Store(resource, isMessage, isTable);
        return new StorageRequest(at, $"{store} {verb}", instance.Success ? instance.Groups["id"].Value : null);
    }

    private static string Store(string resource, bool isMessage, bool isTable) => resource switch
    {
        _ when resource.Contains("-control-", StringComparison.Ordinal) => "control queue",
        _ when resource.EndsWith("-workitems", StringComparison.Ordinal) => "work items",
        _ when resource.EndsWith("-outcomes", StringComparison.Ordinal) => "outcomes",
        _ when isMessage => "notifications",
        _ when resource.EndsWith("Instances", StringComparison.Ordinal) => "instances",
        // A batch names no table: it is Durable's history, or a row of the index with its copy.
        _ when resource.EndsWith("History", StringComparison.Ordinal) || resource == "$batch" => "history",
        _ when resource.EndsWith("Partitions", StringComparison.Ordinal) => "leases",
        _ when isTable => "claims and index",
        _ => "blobs and others",
    };

    // "2026-…Z 127.0.0.1 - - [date] "GET /devstoreaccount1/path?query HTTP/1.1" 200 -"
    [GeneratedRegex("""^(?<at>\S+) .*"(?<method>[A-Z]+) /devstoreaccount1/(?<path>\S*) HTTP""")]
    private static partial Regex Line();

    [GeneratedRegex("""PartitionKey(=| eq )'(?<id>np-[^']*)'""")]
    private static partial Regex Instance();
}
