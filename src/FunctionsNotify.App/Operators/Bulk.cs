using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal sealed record BulkAnswer(bool DryRun, int Matched, IReadOnlyList<BulkResult> Results, bool IsMore);

internal sealed record BulkResult(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PaymentId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? QuarantineId,
    BulkVerdict Verdict,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeliveryId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null);

[JsonConverter(typeof(JsonStringEnumConverter<BulkVerdict>))]
internal enum BulkVerdict
{
    // Of a dry run.
    WouldDo,

    Done,

    AlreadyDone,

    // The rest is left as it is: an open delivery has not ended, an ended one takes no command, and so on.
    Open,

    Delivered,

    Ended,

    Broken,

    Taken,

    // The payment has a later delivery than the call is for.
    Superseded,

    Unknown,

    Refused,

    Failed,
}

// A payment or quarantined message that a change may be made to; the deliveries that it is for, by which a filter found
// the payment or which the caller named.
internal sealed record BulkItem(string? PaymentId, string? QuarantineId = null, IReadOnlySet<string>? Deliveries = null)
{
    // Whoever names it is told its verdict, whatever that is.
    public bool IsNamed { get; init; }

    public string Id => QuarantineId ?? PaymentId!;
}

internal sealed record BulkPage(IReadOnlyList<BulkItem> Items, int Seen, string? Continuation);

// One change to many payments or quarantined messages, named or found by a filter; each by itself and with the call's
// key: what a crash cut off, the same call finishes, and it does nothing twice. One's fault is its verdict and leaves
// the others alone.
internal sealed class Bulk(AuditTrail audit, ILogger<Bulk> logger)
{
    public const int MaxItems = 1000;

    public const int Concurrency = 16;

    public const int PageSize = 200;

    // A filter may find what was changed since. It is passed over, a bounded number.
    private const int MaxSeen = 10 * MaxItems;

    public async Task<Answer> RunAsync(
        string action,
        ChangeRequest request,
        Func<string?, Task<BulkPage>> find,
        Func<BulkItem, CancellationToken, Task<Answer>> change,
        CancellationToken cancellationToken) => request.IsDryRun
            ? Answer.Done(await WalkAsync(request.IsDryRun, find, change, cancellationToken))
            : await audit.ChangeAsync(
                audit.New(AuditActions.Bulk(action), request.By), async () => Answer.Done(await WalkAsync(request.IsDryRun, find, change, cancellationToken)), cancellationToken);

    public static Func<string?, Task<BulkPage>> Named(IEnumerable<BulkItem> items)
    {
        List<BulkItem> all = [.. items.DistinctBy(item => item.Id, StringComparer.Ordinal).Select(item => item with { IsNamed = true })];
        return _ => Task.FromResult(new BulkPage(all, all.Count, null));
    }

    // A payment may have a row for more than one of its deliveries; only its last one may be changed.
    public static Func<string?, Task<BulkPage>> Found(DeliveryListing listing, DeliveryListFilter filter, CancellationToken cancellationToken) => async continuation =>
    {
        var page = await listing.ListAsync(filter, PageSize, continuation, cancellationToken);
        return new BulkPage(
            [.. page.Rows.GroupBy(row => row.PaymentId, StringComparer.Ordinal)
                .Select(payment => new BulkItem(payment.Key, Deliveries: payment.Select(row => row.DeliveryId).ToHashSet(StringComparer.Ordinal)))],
            page.Rows.Count,
            page.Continuation);
    };

    // Where no status is asked for, those that somebody has decided on are not meant.
    public static Func<string?, Task<BulkPage>> Found(QuarantineStore records, QuarantineFilter filter, CancellationToken cancellationToken) => async continuation =>
    {
        var page = await records.ListAsync(filter, PageSize, continuation, cancellationToken);
        return new BulkPage(
            [.. page.Records.Where(record => filter.Status is not null || !QuarantineStore.IsResolved(record.Status))
                .Select(record => new BulkItem(record.PaymentId, record.QuarantineId))],
            page.Records.Count,
            page.Continuation);
    };

    private async Task<BulkAnswer> WalkAsync(
        bool isDryRun, Func<string?, Task<BulkPage>> find, Func<BulkItem, CancellationToken, Task<Answer>> change, CancellationToken cancellationToken)
    {
        var results = new List<BulkResult>();
        var judged = new HashSet<string>(StringComparer.Ordinal);
        var seen = 0;
        string? continuation = null;
        do
        {
            var page = await find(continuation);
            continuation = page.Continuation;
            seen += page.Seen;
            var wanted = page.Items.Where(item => !judged.Contains(item.Id)).ToList();
            while (wanted.Count > 0)
            {
                // No more than there is room for: what is judged is also changed.
                var room = Math.Min(Math.Min(Concurrency, MaxItems - results.Count), wanted.Count);
                if (room == 0)
                {
                    return new BulkAnswer(isDryRun, results.Count, results, IsMore: true);
                }

                var chunk = wanted[..room];
                foreach (var (item, result) in chunk.Zip(await Task.WhenAll(chunk.Select(item => JudgeOneAsync(item, change, cancellationToken)))))
                {
                    if (result is not null)
                    {
                        results.Add(result);
                        judged.Add(item.Id);
                    }
                }

                wanted.RemoveRange(0, room);
            }
        }
        while (continuation is not null && seen < MaxSeen);

        return new BulkAnswer(isDryRun, results.Count, results, IsMore: continuation is not null);
    }

    private async Task<BulkResult?> JudgeOneAsync(BulkItem item, Func<BulkItem, CancellationToken, Task<Answer>> change, CancellationToken cancellationToken)
    {
        try
        {
            return Verdict(item, await change(item, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the others are changed, and this one by the same call again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.NotChanged(logger, fault, item.PaymentId, item.QuarantineId);
            return new BulkResult(item.PaymentId, item.QuarantineId, BulkVerdict.Failed, Detail: $"an internal fault ({fault.GetType().Name}); repeat the call");
        }
    }

    // Null for what the filter found by an earlier delivery: its last one is not meant.
    private static BulkResult? Verdict(BulkItem item, Answer answer)
    {
        (BulkVerdict Verdict, string? Detail)? known = answer.Kind switch
        {
            AnswerKind.Possible => (BulkVerdict.WouldDo, null),
            AnswerKind.Done => (BulkVerdict.Done, null),
            AnswerKind.Repeated => (BulkVerdict.AlreadyDone, null),
            AnswerKind.Open => (BulkVerdict.Open, null),
            AnswerKind.Delivered => (BulkVerdict.Delivered, null),
            AnswerKind.Ended => (BulkVerdict.Ended, answer.Detail),
            AnswerKind.Broken => (BulkVerdict.Broken, null),
            AnswerKind.Taken => (BulkVerdict.Taken, answer.Detail),
            AnswerKind.Unknown => (BulkVerdict.Unknown, null),
            AnswerKind.Superseded => item.IsNamed ? (BulkVerdict.Superseded, answer.Detail) : null,
            AnswerKind.Invalid => (BulkVerdict.Refused, string.Join("; ", answer.Errors.SelectMany(field => field.Value.Select(rule => $"{field.Key} {rule}")))),
            _ => (BulkVerdict.Refused, answer.Detail),
        };
        var deliveryId = answer.Value switch
        {
            NewDelivery made => made.DeliveryId,
            CommandAccepted accepted => accepted.DeliveryId,
            string standing => standing,
            _ => null,
        };
        return known is var (verdict, detail) ? new BulkResult(item.PaymentId, item.QuarantineId, verdict, deliveryId, detail) : null;
    }
}
