using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.App;

// Delivers a conflict's content as a correction of its payment's notification, under the rules of redelivery. The key
// of that redelivery is made of the record's id, so that the claim decides whether it was made; then the record says
// so. Cut off in between, the same call finds the redelivery made and goes on.
internal sealed class ConflictApplication
{
    // Each time another operator wrote the record.
    private const int Tries = 8;

    // No header can hold it, so that no operator's key is ever one of these.
    private const string KeyPrefix = "§apply-";

    private readonly IQuarantineRecords _records;
    private readonly IMessageCodec _codec;
    private readonly IRedelivery _redelivery;
    private readonly TimeProvider _time;

    public ConflictApplication(IQuarantineRecords records, IMessageCodec codec, IRedelivery redelivery, TimeProvider time)
    {
        _records = records;
        _codec = codec;
        _redelivery = redelivery;
        _time = time;
    }

    public async Task<ApplyAnswer> ApplyAsync(string quarantineId, OperatorStatement by, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (await _records.GetAsync(quarantineId, cancellationToken).ConfigureAwait(false) is not { Record: var record })
        {
            return new ApplyAnswer.Unknown();
        }

        if (Applied(record) is { } before)
        {
            return new ApplyAnswer.Answered(before);
        }

        if (record.State != MessageState.Conflict || record.Status != QuarantineStatus.Waiting)
        {
            return new ApplyAnswer.Taken(record);
        }

        if (_codec.Decode(record.Content).Notification is not { } content || NotificationReader.Read(content) is not { Notification: { } notification })
        {
            return new ApplyAnswer.Answered(new RedeliveryAnswer.Invalid(new Dictionary<string, string[]> { ["body"] = ["the record's message holds no notification that the rules accept"] }));
        }

        var request = new RedeliveryRequest(by) { Force = force, Body = content, IdempotencyKey = KeyOf(quarantineId), QuarantineId = quarantineId };
        var answer = await _redelivery.RedeliverAsync(notification.PaymentId, request, cancellationToken).ConfigureAwait(false);
        if (answer is RedeliveryAnswer.Redelivered made)
        {
            await MarkAsync(quarantineId, by, made.DeliveryId, cancellationToken).ConfigureAwait(false);
        }

        return new ApplyAnswer.Answered(answer);
    }

    internal static string KeyOf(string quarantineId) =>
        KeyPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(quarantineId)))[..48];

    private static RedeliveryAnswer.Redelivered? Applied(QuarantineRecord record)
    {
        if (record.PaymentId is not { } paymentId || record.History.LastOrDefault(entry => entry.DeliveryId is not null)?.DeliveryId is not { } deliveryId)
        {
            return null;
        }

        var generation = DeliveryIds.GenerationOf(deliveryId);
        return new RedeliveryAnswer.Redelivered(deliveryId, generation, DeliveryIds.ForDelivery(paymentId, Math.Max(1, generation - 1)), IsRepeat: true);
    }

    // Its content was delivered: the record says so whatever another operator made of it meanwhile.
    private async Task MarkAsync(string quarantineId, OperatorStatement by, string deliveryId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            if (await _records.GetAsync(quarantineId, cancellationToken).ConfigureAwait(false) is not { } stored || Applied(stored.Record) is not null)
            {
                return;
            }

            var applied = stored.Record with
            {
                Status = QuarantineStatus.Applied,
                History = stored.Record.History.Add(new QuarantineEntry
                {
                    Id = Guid.CreateVersion7().ToString(),
                    At = _time.GetUtcNow(),
                    Status = QuarantineStatus.Applied,
                    Actor = by.Actor ?? string.Empty,
                    Reason = by.Reason ?? string.Empty,
                    DeliveryId = deliveryId,
                }),
            };
            if (await _records.TryReplaceAsync(applied, stored.Version, cancellationToken).ConfigureAwait(false) is not null)
            {
                return;
            }
        }

        throw new InvalidOperationException($"Quarantine record {quarantineId} changed {Tries} times while it was being marked as applied; the same call marks it.");
    }
}

internal abstract record ApplyAnswer
{
    private ApplyAnswer()
    {
    }

    public sealed record Answered(RedeliveryAnswer Redelivery) : ApplyAnswer;

    public sealed record Unknown : ApplyAnswer;

    public sealed record Taken(QuarantineRecord Record) : ApplyAnswer;
}
