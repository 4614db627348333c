using System.Collections.ObjectModel;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Azure.Storage.Queues;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;

namespace FunctionsNotify.DevHost;

/// <summary>
/// Puts the samples on the queue and watches them end. It sees what a payment backend and an operator see: the outcome
/// queue and the HTTP API, nothing inside the host.
/// </summary>
internal sealed class DemoRun : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // The service's value for "never".
    private static readonly TimeSpan NeverExpires = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _notifications;
    private readonly QueueClient _outcomes;
    private readonly Uri _simulator;
    private readonly Uri _api;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly DemoRow[] _rows;
    private readonly Dictionary<string, DemoOutcome> _received = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mended = new(StringComparer.Ordinal);

    public DemoRun(IReadOnlyList<Sample> samples, QueueClient notifications, QueueClient outcomes, Uri simulator, Uri api)
    {
        _rows = [.. samples.Select(sample => new DemoRow(sample))];
        _notifications = notifications;
        _outcomes = outcomes;
        _simulator = simulator;
        _api = api;
    }

    /// <summary>The samples as they stand.</summary>
    public ReadOnlyCollection<DemoRow> Rows => _rows.AsReadOnly();

    /// <summary>Outcomes that no sample accounts for; empty at the end of a good run.</summary>
    public IEnumerable<DemoOutcome> Unaccounted => _received.Values.Where(outcome => !_rows.Any(row => IsOf(row, outcome)));

    /// <summary>True when every sample ended as it has to, and nothing else came out.</summary>
    public bool IsGood => _rows.All(row => row.IsAsExpected == true) && !Unaccounted.Any();

    /// <summary>Runs until every sample has ended or the time is over.</summary>
    /// <param name="atMost">The time that it may take.</param>
    /// <param name="show">Shows the rows.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task RunAsync(TimeSpan atMost, Action show, CancellationToken stop)
    {
        foreach (var row in _rows)
        {
            await SetAnswersAsync(row.Sample, stop).ConfigureAwait(false);
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
    }

    public void Dispose() => _http.Dispose();

    private Uri ScriptOf(Sample sample) => new(_simulator, $"control/scripts?paymentId={Uri.EscapeDataString(sample.PaymentId)}");

    private async Task SetAnswersAsync(Sample sample, CancellationToken stop)
    {
        if (sample.Answers is { } answers)
        {
            using var response = await _http.PutAsJsonAsync(ScriptOf(sample), answers, stop).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
        }
    }

    private async Task MendAsync(DemoRow row, CancellationToken stop)
    {
        if (row.Sample.MendedAfterAttempts is { } after && row.Attempts >= after && _mended.Add(row.Sample.Name))
        {
            using var response = await _http.DeleteAsync(ScriptOf(row.Sample), stop).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
        }
    }

    private async Task SendWhatIsDueAsync(CancellationToken stop)
    {
        for (var index = 0; index < _rows.Length; index++)
        {
            var row = _rows[index];
            if (row.MessageId is null && (row.Sample.After is null || _rows.Any(other => other.Sample.Name == row.Sample.After && other.IsAsExpected is not null)))
            {
                var receipt = await _notifications.SendMessageAsync(Encoding.UTF8.GetString(row.Sample.Message.Span), visibilityTimeout: null, NeverExpires, stop).ConfigureAwait(false);
                _rows[index] = row with { MessageId = receipt.Value.MessageId, State = "queued" };
            }
        }
    }

    private async Task ReadOutcomesAsync(CancellationToken stop)
    {
        foreach (var message in (await _outcomes.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(30), stop).ConfigureAwait(false)).Value)
        {
            var outcome = message.Body.ToObjectFromJson<DemoOutcome>(DeliveryJson.Options)!;
            _received[outcome.OutcomeId] = outcome;
            await _outcomes.DeleteMessageAsync(message.MessageId, message.PopReceipt, stop).ConfigureAwait(false);
        }
    }

    private async Task<DemoRow> LookAsync(DemoRow row, CancellationToken stop)
    {
        if (row.MessageId is null || row.IsAsExpected is not null || await FindAsync(row.Sample.PaymentId, stop).ConfigureAwait(false) is not { } view)
        {
            return row;
        }

        if (row.Sample.Expected.Kind != "delivery")
        {
            return row.Sample.Expected.Kind == "duplicate" && view.Duplicates > 0 ? row with { State = "Duplicate" } : row;
        }

        var last = view.Delivery?.Attempts.LastOrDefault()?.Result;
        return row with
        {
            State = view.State.ToString(),
            Attempts = view.Delivery?.AttemptCount ?? 0,
            NextTry = view.Delivery?.NextDueAt,
            LastAnswer = last is null ? string.Empty : $"{last.Kind}{(last.ResultCode ?? last.Detail) switch { null => string.Empty, var text => $": {text}" }}",
        };
    }

    private async Task<NotificationView?> FindAsync(string paymentId, CancellationToken stop)
    {
        using var response = await _http.GetAsync(new Uri(_api, $"api/notifications/{Uri.EscapeDataString(paymentId)}"), stop).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<NotificationView>(DeliveryJson.Options, stop).ConfigureAwait(false);
    }

    private DemoRow Judge(DemoRow row)
    {
        if (row.IsAsExpected is not null || row.MessageId is null)
        {
            return row;
        }

        var expected = row.Sample.Expected;
        if (expected.Kind == "duplicate")
        {
            return row.State == "Duplicate" ? row with { IsAsExpected = true } : row;
        }

        return _received.Values.FirstOrDefault(outcome => IsOf(row, outcome)) is not { } found
            ? row
            : row with
            {
                State = found.State,
                Attempts = found.AttemptCount,
                NextTry = null,
                IsAsExpected = found.State == expected.State && (expected.Attempts is null || expected.Attempts == found.AttemptCount),
            };
    }

    private static bool IsOf(DemoRow row, DemoOutcome outcome) => row.Sample.Expected.Kind == outcome.Kind
        && (outcome.Kind == "message" ? outcome.MessageId == row.MessageId : outcome.PaymentId == row.Sample.PaymentId);
}
