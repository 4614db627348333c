using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>A host and all ways to reach it from outside.</summary>
public sealed class HostUnderTest : IAsyncDisposable
{
    private readonly QueueClient _notifications;
    private readonly BlobContainerClient _quarantine;

    public HostUnderTest(string storage, string notificationsQueue, string outcomesQueue, NotifyApi api, SimulatorControl simulator, HostPolicy policy)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        Storage = storage;
        NotificationsQueue = notificationsQueue;
        _notifications = new QueueClient(storage, notificationsQueue, options);
        _quarantine = new BlobContainerClient(storage, ScenarioSettings.QuarantineContainer);
        Outcomes = new OutcomeReader(new QueueClient(storage, outcomesQueue, options));
        Api = api;
        Simulator = simulator;
        Policy = policy;
    }

    public string Storage { get; }

    public string NotificationsQueue { get; }

    public OutcomeReader Outcomes { get; }

    public NotifyApi Api { get; }

    public SimulatorControl Simulator { get; }

    public HostPolicy Policy { get; }

    /// <summary>The time a scenario may take beyond what it waits for: generous, the machine runs all scenarios at once.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(120);

    /// <summary>Scripts the simulator's answers to a payment; the last one repeats.</summary>
    public Task ScriptAsync(Payment payment, params ScriptStep[] steps) => Simulator.SetScriptAsync(payment.Id, Script.Of(steps));

    /// <summary>Puts the bare notification on the queue.</summary>
    public Task<string> EnqueueAsync(Payment payment) => EnqueueAsync(MessageForm.Raw(payment.Body));

    /// <summary>Puts a text on the queue; it never expires.</summary>
    /// <returns>The queue's id of the message.</returns>
    public async Task<string> EnqueueAsync(string text)
    {
        var receipt = await _notifications.SendMessageAsync(text, visibilityTimeout: null, timeToLive: TimeSpan.FromSeconds(-1));
        Outcomes.Expect(receipt.Value.MessageId);
        return receipt.Value.MessageId;
    }

    /// <summary>Waits until the host has taken in everything that is on the queue, hidden messages included.</summary>
    public Task TakenInAsync() => Eventually.BecomesTrueAsync(
        async () => (await _notifications.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0, Patience, "the queue to be empty");

    /// <summary>Scripts, enqueues and waits for the delivery's outcome.</summary>
    public async Task<DeliveredPayment> DeliverAsync(Payment payment, params ScriptStep[] steps)
    {
        if (steps.Length > 0)
        {
            await ScriptAsync(payment, steps);
        }

        await EnqueueAsync(payment);
        return await EndAsync(payment, Patience + LongestWaits(steps.Length));
    }

    /// <summary>Waits for the delivery's outcome and collects what all sides saw of it.</summary>
    public async Task<DeliveredPayment> EndAsync(Payment payment, TimeSpan deadline)
    {
        var outcome = await TellingAsync(payment.Id, () => Outcomes.DeliveryAsync(payment.Id, deadline));
        var answer = await Api.WaitAsync(payment.Id, found => found.State != "Open", Patience, "to be final in the API");
        var requests = await ReceivedAsync(payment.Id);
        return new DeliveredPayment(payment, outcome, answer, requests, Outcomes.Deliveries(payment.Id));
    }

    /// <summary>What the simulator received for a payment, in order.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> ReceivedAsync(string paymentId)
    {
        var page = await Simulator.GetRequestsAsync(paymentId);
        Assert.Equal(0, page.Dropped);
        Assert.False(page.HasMore);
        return page.Requests;
    }

    /// <summary>How many messages the host gave up.</summary>
    public async Task<int> PoisonedAsync()
    {
        var poison = new QueueClient(Storage, $"{NotificationsQueue}-poison");
        return await poison.ExistsAsync() ? (await poison.GetPropertiesAsync()).Value.ApproximateMessagesCount : 0;
    }

    /// <summary>The quarantined message that an outcome names.</summary>
    public async Task<QuarantineBlob> QuarantinedAsync(Outcome outcome) =>
        QuarantineBlob.Read((await _quarantine.GetBlobClient(outcome.QuarantineId).DownloadContentAsync()).Value.Content);

    public async ValueTask DisposeAsync()
    {
        await Outcomes.DisposeAsync();
        Api.Dispose();
        Simulator.Dispose();
    }

    // An outcome that does not come says nothing by itself: what all sides know of the payment does.
    private async Task<T> TellingAsync<T>(string paymentId, Func<Task<T>> wait)
    {
        try
        {
            return await wait();
        }
        catch (TimeoutException exception)
        {
            var answer = await Api.FindAsync(paymentId);
            var requests = await ReceivedAsync(paymentId);
            var queued = (await _notifications.GetPropertiesAsync()).Value.ApproximateMessagesCount;
            var poisoned = await PoisonedAsync();
            throw new TimeoutException(
                $"{exception.Message}; the API says {answer?.Delivery?.ToString() ?? answer?.ToString() ?? "not found"}; the simulator received {requests.Count}; {queued} messages are on the queue, {poisoned} on the poison queue",
                exception);
        }
    }

    // The scripted waits: a slow-down answer may ask for the ceiling at each, and a wait never shrinks.
    private TimeSpan LongestWaits(int attempts) => Policy.RetryDelays
        .Take(attempts)
        .Aggregate(TimeSpan.Zero, (sum, delay) => sum + (2 * (delay > Policy.SlowDownCeiling ? delay : Policy.SlowDownCeiling)));
}
