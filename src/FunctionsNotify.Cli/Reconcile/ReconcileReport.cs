using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.Cli;

internal enum Agreement
{
    Delivered,
    Open,
    Rejected,
    Exhausted,
    Cancelled,
    OtherResult,
    Quarantined,
    NeverNotified,
}

/// <summary>What was found of one line of the ledger. Ledger and told: the result's status and code.</summary>
internal sealed record Finding(long Line, string PaymentId, Agreement Verdict, string Ledger, string? Told, string? State, DateTimeOffset? AcceptedAt, DateTimeOffset? EndedAt, string? QuarantineId);

/// <summary>
/// The report as JSON lines: which ledger, each finding in the ledger's order, and the counts when it is finished. What
/// stands in it is not looked up again, so a run that was cut off goes on.
/// </summary>
internal sealed class ReconcileReport : IDisposable
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<Agreement>() },
    };

    private readonly FileStream _file;

    private ReconcileReport(FileStream file) => _file = file;

    public List<Finding> Findings { get; } = [];

    public static ReconcileReport Open(string path, Ledger ledger)
    {
        try
        {
            var report = new ReconcileReport(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
            try
            {
                report.Resume(JsonSerializer.Serialize(new Head(ledger.Sha256, ledger.Lines.Count), Json));
                return report;
            }
            catch
            {
                report.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (GivenFile.IsFault(fault))
        {
            throw CliFault.Usage($"--report: cannot be opened ({fault.GetType().Name})");
        }
    }

    public void Add(IReadOnlyList<Finding> findings)
    {
        Findings.AddRange(findings);
        Write(findings.Select(finding => JsonSerializer.Serialize(finding, Json)));
    }

    public void Finish(object counts) => Write([JsonSerializer.Serialize(new { counts }, Json)]);

    public void Dispose() => _file.Dispose();

    private void Resume(string head)
    {
        var content = new byte[_file.Length];
        _file.ReadExactly(content);
        // A run that was killed may have left half a line.
        _file.SetLength(content.AsSpan().LastIndexOf((byte)'\n') + 1);
        _file.Seek(0, SeekOrigin.End);
        var lines = Encoding.UTF8.GetString(content, 0, (int)_file.Length).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            Write([head]);
        }
        else if (lines[0] != head)
        {
            throw CliFault.Usage("--report: is not a report of this ledger; give a new file");
        }

        foreach (var line in lines.Skip(1))
        {
            Findings.Add(JsonSerializer.Deserialize<Finding>(line, Json) is { PaymentId: not null } finding
                ? finding
                : throw CliFault.Usage("--report: is finished; give a new file to reconcile again"));
        }
    }

    private void Write(IEnumerable<string> lines)
    {
        _file.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        _file.Flush(flushToDisk: true);
    }

    private sealed record Head(string LedgerSha256, int Payments);
}
