using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>The ports in memory, each call able to fail once before and once after its effect, as a crash would.</summary>
internal sealed class InMemoryHost : IClaimStore, IDeliveryStarter, IQuarantineStore, IOutcomePublisher, IMessageCodec
{
    public InMemoryHost() => Intake = new NotificationIntake(
        this,
        this,
        this,
        new MessageQuarantine(this, this, Time, NullLogger<MessageQuarantine>.Instance),
        new DeliveryPolicy(),
        Time,
        NullLogger<NotificationIntake>.Instance);

    public NotificationIntake Intake { get; }

    public FakeTimeProvider Time { get; } = new(Given.Start);

    public ConcurrentDictionary<string, Claim> Claims { get; } = new();

    public ConcurrentDictionary<string, DeliveryInput> Started { get; } = new();

    public HashSet<string> Broken { get; } = [];

    public ConcurrentDictionary<string, QuarantineRecord> Quarantine { get; } = new();

    public ConcurrentQueue<Outcome> Outcomes { get; } = new();

    /// <summary>How many port calls succeed before one fails; null: none fails.</summary>
    public int? CallsUntilFault { get; set; }

    /// <summary>Whether the failing call has its effect before it fails.</summary>
    public bool EffectBeforeFault { get; set; }

    /// <summary>Whether every call after the failing one fails too.</summary>
    public bool FaultsLast { get; set; }

    /// <summary>Payments that no claim can be written for.</summary>
    public HashSet<string> Unclaimable { get; } = [];

    public static QueueMessageData Message(string body, string messageId = "m-1") =>
        new(messageId, Given.Start.AddSeconds(-1), 1, Encoding.UTF8.GetBytes(body));

    public static string Body(string paymentId = "p-1", string code = "RISK_REJECT") =>
        $$$"""{"paymentResult":{"resultStatus":"F","resultCode":"{{{code}}}"},"paymentId":"{{{paymentId}}}"}""";

    public Task<Claim?> TryInsertAsync(Claim claim, CancellationToken cancellationToken) => Call(() =>
    {
        if (Unclaimable.Contains(claim.PaymentId))
        {
            throw new IOException("a fault of this row");
        }

        var standing = Claims.GetOrAdd(claim.PaymentId, claim);
        return ReferenceEquals(standing, claim) ? null : standing;
    });

    public Task<Claim?> GetAsync(string paymentId, CancellationToken cancellationToken) => Call(() => Claims.GetValueOrDefault(paymentId));

    public Task CountDuplicateAsync(string paymentId, CancellationToken cancellationToken) => Call(() =>
        Claims.AddOrUpdate(paymentId, _ => throw new InvalidOperationException("no claim"), (_, claim) => claim with { Duplicates = claim.Duplicates + 1 }));

    public Task FinishAsync(string paymentId, string deliveryId, DeliveryState state, DateTimeOffset endedAt, CancellationToken cancellationToken) => Call(() =>
        Claims[paymentId] = Claims[paymentId] with { State = state, EndedAt = endedAt });

    public Task<StartResult> StartAsync(DeliveryInput input, CancellationToken cancellationToken) => Call(() =>
        Broken.Contains(input.DeliveryId) ? StartResult.Broken
        : Started.TryAdd(input.DeliveryId, input) ? StartResult.Started
        : StartResult.AlreadyInHand);

    public Task AddAsync(QuarantineRecord record, CancellationToken cancellationToken) => Call(() => Quarantine.GetOrAdd(record.QuarantineId, record));

    public Task PublishAsync(Outcome outcome, CancellationToken cancellationToken) => Call(() =>
    {
        Outcomes.Enqueue(outcome);
        return 0;
    });

    public DecodedMessage Decode(ReadOnlyMemory<byte> content) => content.Span.StartsWith("undecodable"u8)
        ? new DecodedMessage { Violations = [new Violation("$", "must be JSON", Severity.Refuse, "text")] }
        : new DecodedMessage { Notification = content, TraceParent = "00-trace" };

    private async Task<T> Call<T>(Func<T> effect)
    {
        await Task.Yield();
        var fails = CallsUntilFault == 0 || (FaultsLast && CallsUntilFault < 0);
        CallsUntilFault--;
        if (fails && !EffectBeforeFault)
        {
            throw new IOException("a fault of the infrastructure");
        }

        var value = effect();
        return fails ? throw new IOException("a fault of the infrastructure") : value;
    }
}
