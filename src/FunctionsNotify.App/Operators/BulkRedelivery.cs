using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal sealed record BulkAnswer(bool DryRun, int Matched, IReadOnlyList<BulkResult> Results, bool IsMore);

internal sealed record BulkResult(
    string PaymentId,
    BulkVerdict Verdict,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeliveryId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null);

[JsonConverter(typeof(JsonStringEnumConverter<BulkVerdict>))]
internal enum BulkVerdict
{
    WouldRedeliver,

    Redelivered,

    AlreadyRedelivered,

    Open,

    Delivered,

    Unknown,

    Broken,

    Failed,
}

// Redelivers many payments, each by itself and with the call's key: what a crash cut off, the same call finishes, and
// it delivers nothing twice. One payment's fault is its verdict and leaves the others alone.
internal sealed class BulkRedelivery(RedeliveryOperation redelivery, DeliveryListing listing, AuditTrail audit, ILogger<BulkRedelivery> logger)
{
    public const int MaxPayments = 1000;

    public const int Concurrency = 16;

    private const int PageSize = 200;

    // A filter may find deliveries that have been made again since. They are passed over, a bounded number.
    private const int MaxRows = 10 * MaxPayments;

    public Task<Answer> NamedAsync(DurableTaskClient client, IReadOnlyList<string> paymentIds, RedeliveryRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, async () =>
        {
            var results = await JudgeAllAsync(client, [.. paymentIds.Select(paymentId => new Wanted(paymentId, null))], request, cancellationToken);
            return new BulkAnswer(request.IsDryRun, results.Count, [.. results.OfType<BulkResult>()], IsMore: false);
        }, cancellationToken);

    public Task<Answer> FilteredAsync(DurableTaskClient client, DeliveryListFilter filter, RedeliveryRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, () => FilterAsync(client, filter, request, cancellationToken), cancellationToken);

    private async Task<Answer> RunAsync(RedeliveryRequest request, Func<Task<BulkAnswer>> run, CancellationToken cancellationToken) => request.IsDryRun
        ? Answer.Done(await run())
        : await audit.ChangeAsync(audit.New(AuditActions.Bulk, request.By), async () => Answer.Done(await run()), cancellationToken);

    private async Task<BulkAnswer> FilterAsync(DurableTaskClient client, DeliveryListFilter filter, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        var results = new List<BulkResult>();
        var judged = new HashSet<string>(StringComparer.Ordinal);
        var seen = 0;
        string? continuation = null;
        do
        {
            var page = await listing.ListAsync(filter, PageSize, continuation, cancellationToken);
            continuation = page.Continuation;
            seen += page.Rows.Count;

            // A payment may have a row for more than one of its deliveries; only its last one may be made again.
            var wanted = page.Rows.Where(row => !judged.Contains(row.PaymentId))
                .GroupBy(row => row.PaymentId, StringComparer.Ordinal)
                .Select(payment => new Wanted(payment.Key, payment.Select(row => row.DeliveryId).ToHashSet(StringComparer.Ordinal)))
                .ToList();
            while (wanted.Count > 0)
            {
                // No more than there is room for: what is judged is also changed.
                var room = Math.Min(Math.Min(Concurrency, MaxPayments - results.Count), wanted.Count);
                if (room == 0)
                {
                    return new BulkAnswer(request.IsDryRun, results.Count, results, IsMore: true);
                }

                foreach (var result in (await JudgeAllAsync(client, wanted[..room], request, cancellationToken)).OfType<BulkResult>())
                {
                    results.Add(result);
                    judged.Add(result.PaymentId);
                }

                wanted.RemoveRange(0, room);
            }
        }
        while (continuation is not null && seen < MaxRows);

        return new BulkAnswer(request.IsDryRun, results.Count, results, IsMore: continuation is not null);
    }

    private async Task<IReadOnlyList<BulkResult?>> JudgeAllAsync(DurableTaskClient client, List<Wanted> wanted, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        var results = new BulkResult?[wanted.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, wanted.Count, options, async (index, stop) => results[index] = await JudgeOneAsync(client, wanted[index], request, stop));
        return results;
    }

    private async Task<BulkResult?> JudgeOneAsync(DurableTaskClient client, Wanted wanted, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Verdict(wanted.PaymentId, OperatorHttp.IsPossible(wanted.PaymentId)
                ? await redelivery.RunAsync(client, wanted.PaymentId, request with { IsOneOfMany = true, OnlyDeliveries = wanted.Deliveries }, cancellationToken)
                : Answer.NoPayment);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the other payments are redelivered, and this one by the same call again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.NotRedelivered(logger, fault, wanted.PaymentId);
            return new BulkResult(wanted.PaymentId, BulkVerdict.Failed, Detail: $"a fault of ours ({fault.GetType().Name}); run the same call again");
        }
    }

    // Null for what the filter found by an earlier delivery: its last one is not meant.
    private static BulkResult? Verdict(string paymentId, Answer answer) => answer.Kind switch
    {
        AnswerKind.Possible => new BulkResult(paymentId, BulkVerdict.WouldRedeliver),
        AnswerKind.Done => new BulkResult(paymentId, BulkVerdict.Redelivered, ((NewDelivery)answer.Value!).DeliveryId),
        AnswerKind.Repeated => new BulkResult(paymentId, BulkVerdict.AlreadyRedelivered, ((NewDelivery)answer.Value!).DeliveryId),
        AnswerKind.Open => new BulkResult(paymentId, BulkVerdict.Open, (string?)answer.Value),
        AnswerKind.Broken => new BulkResult(paymentId, BulkVerdict.Broken, (string?)answer.Value),
        AnswerKind.Delivered => new BulkResult(paymentId, BulkVerdict.Delivered),
        AnswerKind.Superseded => null,
        AnswerKind.Unknown => new BulkResult(paymentId, BulkVerdict.Unknown),
        _ => new BulkResult(paymentId, BulkVerdict.Failed, Detail: answer.Detail),
    };

    private sealed record Wanted(string PaymentId, IReadOnlySet<string>? Deliveries);
}
