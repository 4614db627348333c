using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Redelivers many payments, each by itself and with the call's key: what a crash cut off, the same call finishes, and
// it delivers nothing twice. One payment's fault is its verdict and leaves the others alone.
internal sealed class BulkRedelivery
{
    public const int MaxPayments = 1000;

    public const int Concurrency = 16;

    private const int PageSize = 200;

    // A filter also finds deliveries that have been made again since. They are passed over, a bounded number.
    private const int MaxRows = 10 * MaxPayments;

    private readonly IRedelivery _redelivery;
    private readonly IDeliveryListing _listing;
    private readonly AuditTrail _audit;
    private readonly ILogger<BulkRedelivery> _logger;

    public BulkRedelivery(IRedelivery redelivery, IDeliveryListing listing, AuditTrail audit, ILogger<BulkRedelivery> logger)
    {
        _redelivery = redelivery;
        _listing = listing;
        _audit = audit;
        _logger = logger;
    }

    public async Task<BulkAnswer> RunAsync(BulkRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.DryRun)
        {
            return await JudgeAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var entry = _audit.New(AuditActions.Bulk, request.By);
        await _audit.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        var answer = await JudgeAsync(request, cancellationToken).ConfigureAwait(false);
        await _audit.EndAsync(entry, AuditEntry.Accepted).ConfigureAwait(false);
        return answer;
    }

    private Task<BulkAnswer> JudgeAsync(BulkRequest request, CancellationToken cancellationToken) =>
        request.Filter is { } filter ? FilterAsync(request, filter, cancellationToken) : ListAsync(request, cancellationToken);

    private async Task<BulkAnswer> ListAsync(BulkRequest request, CancellationToken cancellationToken)
    {
        var judged = await JudgeAllAsync([.. (request.PaymentIds ?? []).Select(paymentId => new Wanted(paymentId, null))], request, cancellationToken).ConfigureAwait(false);
        return new BulkAnswer(request.DryRun, judged.Count, [.. judged.OfType<BulkResult>()], IsMore: false);
    }

    private async Task<BulkAnswer> FilterAsync(BulkRequest request, DeliveryListFilter filter, CancellationToken cancellationToken)
    {
        var results = new List<BulkResult>();
        var judged = new HashSet<string>(StringComparer.Ordinal);
        var seen = 0;
        string? continuation = null;
        do
        {
            var page = await _listing.ListAsync(filter, PageSize, continuation, cancellationToken).ConfigureAwait(false);
            continuation = page.Continuation;
            seen += page.Rows.Count;

            // A payment has a row for each of its deliveries that match; only its last one may be made again.
            var wanted = page.Rows.Where(row => !judged.Contains(row.PaymentId))
                .GroupBy(row => row.PaymentId, StringComparer.Ordinal)
                .Select(payment => new Wanted(payment.Key, payment.Select(row => row.DeliveryId).ToHashSet(StringComparer.Ordinal)))
                .ToList();
            for (var start = 0; start < wanted.Count; start += Concurrency)
            {
                // No more than there is room for: what is judged is also changed.
                var room = Math.Min(Concurrency, MaxPayments - results.Count);
                if (room == 0)
                {
                    return new BulkAnswer(request.DryRun, results.Count, results, IsMore: true);
                }

                foreach (var result in (await JudgeAllAsync([.. wanted.Skip(start).Take(room)], request, cancellationToken).ConfigureAwait(false)).OfType<BulkResult>())
                {
                    results.Add(result);
                    judged.Add(result.PaymentId);
                }

                start -= Concurrency - room;
            }
        }
        while (continuation is not null && seen < MaxRows);

        return new BulkAnswer(request.DryRun, results.Count, results, IsMore: continuation is not null);
    }

    private async Task<IReadOnlyList<BulkResult?>> JudgeAllAsync(IReadOnlyList<Wanted> wanted, BulkRequest request, CancellationToken cancellationToken)
    {
        var results = new BulkResult?[wanted.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, wanted.Count, options, async (index, stop) =>
            results[index] = await JudgeOneAsync(wanted[index], request, stop).ConfigureAwait(false)).ConfigureAwait(false);
        return results;
    }

    private async Task<BulkResult?> JudgeOneAsync(Wanted wanted, BulkRequest request, CancellationToken cancellationToken)
    {
        var paymentId = wanted.PaymentId;
        if (!NotificationApi.IsPossible(paymentId))
        {
            return new BulkResult(paymentId, BulkVerdict.Unknown);
        }

        var one = new RedeliveryRequest(request.By) { Force = request.Force, IdempotencyKey = request.IdempotencyKey, OnlyDeliveries = wanted.Deliveries };
        try
        {
            var answer = request.DryRun
                ? await _redelivery.ForeseeAsync(paymentId, one, cancellationToken).ConfigureAwait(false)
                : await _redelivery.RedeliverOneOfManyAsync(paymentId, one, cancellationToken).ConfigureAwait(false);
            return Verdict(paymentId, answer);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the fault, the other payments are redelivered, and this one by the same call again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            RedeliveryLogs.NotRedelivered(_logger, fault, paymentId);
            return new BulkResult(paymentId, BulkVerdict.Failed, Detail: $"a fault of ours ({fault.GetType().Name}); run the same call again");
        }
    }

    // Null for what the filter found by an earlier delivery: its last one is not meant.
    private static BulkResult? Verdict(string paymentId, RedeliveryAnswer? answer) => answer switch
    {
        null => new BulkResult(paymentId, BulkVerdict.WouldRedeliver),
        RedeliveryAnswer.Redelivered made => new BulkResult(paymentId, made.IsRepeat ? BulkVerdict.AlreadyRedelivered : BulkVerdict.Redelivered, made.DeliveryId),
        RedeliveryAnswer.Open open => new BulkResult(paymentId, BulkVerdict.Open, open.DeliveryId),
        RedeliveryAnswer.Broken broken => new BulkResult(paymentId, BulkVerdict.Broken, broken.DeliveryId),
        RedeliveryAnswer.Delivered => new BulkResult(paymentId, BulkVerdict.Delivered),
        RedeliveryAnswer.Superseded => null,
        RedeliveryAnswer.KeyTaken => new BulkResult(paymentId, BulkVerdict.Failed, Detail: $"the {IdempotencyKey.Header} was used for a correction of this payment"),
        RedeliveryAnswer.Invalid invalid => new BulkResult(paymentId, BulkVerdict.Failed, Detail: string.Join("; ", invalid.Errors.Select(error => $"{error.Key}: {error.Value[0]}"))),
        _ => new BulkResult(paymentId, BulkVerdict.Unknown),
    };

    private sealed record Wanted(string PaymentId, IReadOnlySet<string>? Deliveries);
}
