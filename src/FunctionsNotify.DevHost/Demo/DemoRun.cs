using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;

namespace FunctionsNotify.DevHost;

/// <summary>What is known of a sample, as it is shown.</summary>
internal sealed record DemoRow(Sample Sample)
{
    public string State { get; init; } = "not sent";

    public int Attempts { get; init; }

    public string LastAnswer { get; init; } = string.Empty;

    public DateTimeOffset? NextTry { get; init; }

    /// <summary>Null while it is open.</summary>
    public bool? IsAsExpected { get; init; }

    /// <summary>The id of its message on the queue; null before it was sent.</summary>
    public string? MessageId { get; init; }

    public string NextTryIn(DateTimeOffset now) => NextTry is not { } due ? string.Empty : due <= now ? "now" : $"in {(due - now).TotalSeconds:0.0} s";
}

/// <summary>What the demo reads of an outcome, as a payment backend would.</summary>
internal sealed record DemoOutcome(string Kind, string OutcomeId, string State, string? PaymentId = null, string? MessageId = null, int AttemptCount = 0);

/// <summary>
/// Puts the samples on the queue and watches them end. It sees what a payment backend and an operator see: the outcome
/// queue and the HTTP API, nothing inside the function app.
/// </summary>
internal sealed class DemoRun(IReadOnlyList<Sample> samples, QueueClient notifications, QueueClient outcomes, Uri simulator, Uri api) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);
    private static readonly JsonElement Acknowledge = JsonSerializer.SerializeToElement(new { steps = new[] { new { resultStatus = "S" } } });
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly DemoRow[] _rows = [.. samples.Select(sample => new DemoRow(sample))];
    private readonly Dictionary<string, DemoOutcome> _received = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mended = new(StringComparer.Ordinal);

    public IReadOnlyList<DemoRow> Rows => _rows;

    /// <summary>Outcomes that no sample accounts for; empty at the end of a good run.</summary>
    public IEnumerable<DemoOutcome> Unaccounted => _received.Values.Where(outcome => !_rows.Any(row => IsOf(row, outcome)));

    public bool IsGood => _rows.All(row => row.IsAsExpected == true) && !Unaccounted.Any();

    /// <summary>Runs until every sample has ended or the time is over.</summary>
    public async Task RunAsync(TimeSpan atMost, Action show, CancellationToken stop)
    {
        await notifications.CreateIfNotExistsAsync(cancellationToken: stop).ConfigureAwait(false);
        await outcomes.CreateIfNotExistsAsync(cancellationToken: stop).ConfigureAwait(false);
        foreach (var sample in samples)
        {
            if (sample.Answers is { } answers)
            {
                await ScriptAsync(sample, answers, stop).ConfigureAwait(false);
            }
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(atMost);
        while (_rows.Any(row => row.IsAsExpected is null) && !deadline.IsCancellationRequested)
        {
            await SendWhatIsDueAsync(stop).ConfigureAwait(false);
            await ReadOutcomesAsync(stop).ConfigureAwait(false);
            for (var index = 0; index < _rows.Length; index++)
            {
                _rows[index] = Judge(await LookAsync(_rows[index], stop).ConfigureAwait(false));
                await MendAsync(_rows[index], stop).ConfigureAwait(false);
            }

            show();
            await Task.Delay(Pause, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        stop.ThrowIfCancellationRequested();
    }

    public void Dispose() => _http.Dispose();

    private async Task ScriptAsync(Sample sample, JsonElement answers, CancellationToken stop)
    {
        using var script = JsonContent.Create(answers);
        using var response = await _http.PutAsync(new Uri(simulator, $"control/scripts?paymentId={Uri.EscapeDataString(sample.PaymentId)}"), script, stop).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidDataException($"Sample {sample.Name}: the simulator rejects its answers: {await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false)}");
        }
    }

    private async Task SendWhatIsDueAsync(CancellationToken stop)
    {
        for (var index = 0; index < _rows.Length; index++)
        {
            var row = _rows[index];
            if (row.MessageId is null && (row.Sample.After is null || _rows.Any(other => other.Sample.Name == row.Sample.After && other.IsAsExpected is not null)))
            {
                var receipt = await notifications.SendMessageAsync(Encoding.UTF8.GetString(row.Sample.Message.Span), visibilityTimeout: null, NeverExpires, stop).ConfigureAwait(false);
                _rows[index] = row with { MessageId = receipt.Value.MessageId, State = "queued" };
            }
        }
    }

    private async Task ReadOutcomesAsync(CancellationToken stop)
    {
        foreach (var message in (await outcomes.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(30), stop).ConfigureAwait(false)).Value)
        {
            var outcome = message.Body.ToObjectFromJson<DemoOutcome>(Json)!;
            _received[outcome.OutcomeId] = outcome;
            await outcomes.DeleteMessageAsync(message.MessageId, message.PopReceipt, stop).ConfigureAwait(false);
        }
    }

    private async Task<DemoRow> LookAsync(DemoRow row, CancellationToken stop)
    {
        if (row.MessageId is null || row.IsAsExpected is not null || row.Sample.Expected.Kind == "message" || await FindAsync(row.Sample.PaymentId, stop).ConfigureAwait(false) is not { } found)
        {
            return row;
        }

        if (row.Sample.Expected.Kind == "duplicate")
        {
            return found.Duplicates > 0 ? row with { State = "Duplicate", IsAsExpected = true } : row;
        }

        var last = found.Delivery?.Attempts is [.., var attempt] ? attempt.Result : null;
        return row with
        {
            State = found.State,
            Attempts = found.Delivery?.AttemptCount ?? 0,
            NextTry = found.Delivery?.NextDueAt,
            LastAnswer = last is null ? string.Empty : (last.ResultCode ?? last.Detail) is { } text ? $"{last.Kind}: {text}" : last.Kind,
        };
    }

    private async Task<View?> FindAsync(string paymentId, CancellationToken stop)
    {
        using var response = await _http.GetAsync(new Uri($"{api}/notifications/{Uri.EscapeDataString(paymentId)}"), stop).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound || response.StatusCode >= HttpStatusCode.InternalServerError)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<View>(Json, stop).ConfigureAwait(false);
    }

    private DemoRow Judge(DemoRow row)
    {
        if (row.IsAsExpected is not null || row.MessageId is null || _received.Values.FirstOrDefault(outcome => IsOf(row, outcome)) is not { } found)
        {
            return row;
        }

        var expected = row.Sample.Expected;
        return row with
        {
            State = found.State,
            Attempts = found.AttemptCount,
            NextTry = null,
            IsAsExpected = found.State == expected.State && (expected.Attempts is null || expected.Attempts == found.AttemptCount),
        };
    }

    private async Task MendAsync(DemoRow row, CancellationToken stop)
    {
        if (row.Sample.MendedAfterAttempts is { } after && row.Attempts >= after && _mended.Add(row.Sample.Name))
        {
            await ScriptAsync(row.Sample, Acknowledge, stop).ConfigureAwait(false);
        }
    }

    private static bool IsOf(DemoRow row, DemoOutcome outcome) => row.Sample.Expected.Kind == outcome.Kind
        && (outcome.Kind == "message" ? outcome.MessageId == row.MessageId : outcome.PaymentId == row.Sample.PaymentId);

    // What the API's answer is read for.
    private sealed record View(string State, int Duplicates, ViewDelivery? Delivery);

    private sealed record ViewDelivery(int AttemptCount, DateTimeOffset? NextDueAt, IReadOnlyList<ViewAttempt> Attempts);

    private sealed record ViewAttempt(ViewResult? Result);

    private sealed record ViewResult(string Kind, string? ResultCode, string? Detail);
}
