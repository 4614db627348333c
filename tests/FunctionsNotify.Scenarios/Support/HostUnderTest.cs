using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>A host and all ways to reach it from outside.</summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    private readonly QueueClient _notifications;
    private readonly QueueClient _poison;

    public HostUnderTest(IReadOnlyDictionary<string, string> settings, NotifyApi api, SimulatorControl simulator, HostPolicy policy)
    {
        Storage = settings[Setting.Storage];
        NotificationsQueue = settings[Setting.NotificationsQueue];
        _notifications = Queue(NotificationsQueue);
        _poison = Queue($"{NotificationsQueue}-poison");
        Quarantine = new BlobContainerClient(Storage, settings[Setting.QuarantineContainer]);
        Outcomes = new OutcomeReader(Queue(settings[Setting.OutcomesQueue]));
        Api = api;
        Simulator = simulator;
        Policy = policy;
    }

    /// <summary>The time a scenario may take beyond what it waits for: generous, the machine runs all scenarios at once.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(300);

    public string Storage { get; }

    public string NotificationsQueue { get; }

    public BlobContainerClient Quarantine { get; }

    public OutcomeReader Outcomes { get; }

    public NotifyApi Api { get; }

    public SimulatorControl Simulator { get; }

    public HostPolicy Policy { get; }

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
        async () => await CountAsync(_notifications) == 0, Patience, "the queue to be empty");

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
    public async Task<DeliveredPayment> EndAsync(Payment payment, TimeSpan? patience = null)
    {
        var outcome = await TellingAsync(payment.Id, () => Outcomes.DeliveryAsync(payment.Id, patience ?? Patience));
        var answer = await Api.WaitAsync(payment.Id, found => found is { State: not "Open", Delivery.Phase: "Final" }, Patience, "to be final in the API");
        return new DeliveredPayment(payment, outcome, answer, await ReceivedAsync(payment.Id), Outcomes.Deliveries(payment.Id));
    }

    /// <summary>What the simulator received for a payment, in order.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> ReceivedAsync(string paymentId)
    {
        var page = await Simulator.GetRequestsAsync(paymentId);
        Assert.Equal((0, false), (page.Dropped, page.HasMore));
        return page.Requests;
    }

    /// <summary>Waits until the simulator has received so many requests for a payment.</summary>
    public Task ReceivedAsync(Payment payment, int count) => Eventually.BecomesTrueAsync(
        async () => (await ReceivedAsync(payment.Id)).Count >= count, Patience, $"request {count} of {payment.Id} to arrive");

    /// <summary>The first message that waits on the queue.</summary>
    public async Task<PeekedMessage?> PeekAsync() => (await _notifications.PeekMessageAsync()).Value;

    /// <summary>How many messages the host gave up.</summary>
    public async Task<int> PoisonedAsync() => await _poison.ExistsAsync() ? await CountAsync(_poison) : 0;

    /// <summary>The quarantined message that an outcome names.</summary>
    public async Task<QuarantineBlob> QuarantinedAsync(Outcome outcome) =>
        QuarantineBlob.Read((await Quarantine.GetBlobClient(outcome.QuarantineId).DownloadContentAsync()).Value.Content);

    public async ValueTask DisposeAsync()
    {
        await Outcomes.DisposeAsync();
        Api.Dispose();
        Simulator.Dispose();
    }

    private QueueClient Queue(string name) => new(Storage, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });

    private static async Task<int> CountAsync(QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;

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
            throw new TimeoutException(
                $"{exception.Message}; the API says {answer?.Delivery?.ToString() ?? answer?.ToString() ?? "not found"}; the simulator received {(await ReceivedAsync(paymentId)).Count}; {await CountAsync(_notifications)} messages are on the queue, {await PoisonedAsync()} on the poison queue",
                exception);
        }
    }

    // The scripted waits: a slow-down answer may ask for the ceiling at each, and a wait never shrinks.
    private TimeSpan LongestWaits(int attempts) => Policy.RetryDelays
        .Take(attempts)
        .Aggregate(TimeSpan.Zero, (sum, delay) => sum + (2 * (delay > Policy.SlowDownCeiling ? delay : Policy.SlowDownCeiling)));
}
