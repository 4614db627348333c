using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// What every bulk call has; its ids or filter are of payments or of quarantined messages.
internal abstract record BulkBody : OperatorBody
{
    public const int MaxBytes = 128 * 1024;

    public bool DryRun { get; init; }

    public bool Force { get; init; }

    internal override bool IsStatementRequired => !DryRun;

    internal ChangeRequest Request => new(By) { Force = Force, IdempotencyKey = IdempotencyKey, IsDryRun = DryRun, IsOneOfMany = true };

    protected void JudgeTarget(string field, string?[]? ids, bool hasFilter, FieldErrors errors)
    {
        if (ids is null != hasFilter)
        {
            errors.Add(field, "is required, or filter instead, but not both");
        }

        JudgeIds(field, ids, errors);
        if (!DryRun && IdempotencyKey is null)
        {
            errors.Add(OperatorHttp.IdempotencyHeader, "is required: with it, repeating the call finishes what was cut off and does nothing twice");
        }
    }

    protected static void JudgeIds(string field, string?[]? ids, FieldErrors errors)
    {
        if (ids is { Length: 0 or > Bulk.MaxItems } || ids?.Contains(null) == true)
        {
            errors.Add(field, $"must be a list of 1 to {Bulk.MaxItems} strings");
        }
    }
}

internal sealed record BulkPaymentsBody : BulkBody
{
    public string[]? PaymentIds { get; init; }

    // The payments' deliveries that the change is for; null for whichever is their last.
    public string[]? DeliveryIds { get; init; }

    public DeliveryFilter? Filter { get; init; }

    internal IEnumerable<BulkItem> Named()
    {
        var deliveries = DeliveryIds?.ToHashSet(StringComparer.Ordinal);
        return PaymentIds!.Select(paymentId => new BulkItem(paymentId, Deliveries: deliveries));
    }

    internal override void Judge(FieldErrors errors)
    {
        base.Judge(errors);
        JudgeTarget("paymentIds", PaymentIds, Filter is not null, errors);
        if (DeliveryIds is not null)
        {
            JudgeIds("deliveryIds", DeliveryIds, errors);
            if (PaymentIds is null)
            {
                errors.Add("deliveryIds", "must be left out without paymentIds");
            }
        }

        // The times are read again for the call; here only the rules count.
        Filter?.Read("filter.", DateTimeOffset.UtcNow, errors);
    }
}

internal sealed record BulkQuarantineFilter
{
    public string? State { get; init; }

    public string? Status { get; init; }

    public string? PaymentId { get; init; }

    internal QuarantineFilter Read(FieldErrors errors) => new(
        FieldRules.Name<MessageState>("filter.state", State, errors), FieldRules.Name<QuarantineStatus>("filter.status", Status, errors), PaymentId);
}

internal sealed record BulkQuarantineBody : BulkBody
{
    public string[]? QuarantineIds { get; init; }

    public BulkQuarantineFilter? Filter { get; init; }

    internal override void Judge(FieldErrors errors)
    {
        base.Judge(errors);
        JudgeTarget("quarantineIds", QuarantineIds, Filter is not null, errors);
        Filter?.Read(errors);
    }
}

// A change to many, or, as a dry run, what it would come to.
internal sealed class BulkFunctions(
    OperatorHttp http, Bulk bulk, RedeliveryOperation redelivery, Commands commands, Quarantine quarantine, DeliveryListing listing, QuarantineStore records, TimeProvider time)
{
    [Function("BulkPayments")]
    public Task<IResult> PaymentsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "bulk/notifications/{action}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        RunAsync<BulkPaymentsBody>(
            request,
            (action, body) => action switch
            {
                AuditActions.Redeliver => (item, stop) => redelivery.RunAsync(client, item.PaymentId!, RedeliveryRequest.Of(body.Request) with { OnlyDeliveries = item.Deliveries }, stop),
                AuditActions.SendNow => (item, stop) => commands.RunAsync(client, item.PaymentId!, CommandRequest.Of(body.Request, CommandKind.SendNow) with { OnlyDeliveries = item.Deliveries }, stop),
                AuditActions.Cancel => (item, stop) => commands.RunAsync(client, item.PaymentId!, CommandRequest.Of(body.Request, CommandKind.Cancel) with { OnlyDeliveries = item.Deliveries }, stop),
                _ => null,
            },
            body => body.Filter is { } filter
                ? Bulk.Found(listing, filter.Read("filter.", time.GetUtcNow(), new FieldErrors()), cancellationToken)
                : Bulk.Named(body.Named()),
            cancellationToken);

    [Function("BulkQuarantine")]
    public Task<IResult> QuarantineAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "bulk/quarantine/{action}")] HttpRequest request, CancellationToken cancellationToken) =>
        RunAsync<BulkQuarantineBody>(
            request,
            (action, body) => action switch
            {
                AuditActions.Requeue => (item, stop) => quarantine.RequeueAsync(item.QuarantineId!, RequeueRequest.Of(body.Request), stop),
                AuditActions.Discard => (item, stop) => quarantine.DiscardAsync(item.QuarantineId!, body.Request, stop),
                _ => null,
            },
            body => body.Filter is { } filter
                ? Bulk.Found(records, filter.Read(new FieldErrors()), cancellationToken)
                : Bulk.Named(body.QuarantineIds!.Select(quarantineId => new BulkItem(null, quarantineId))),
            cancellationToken);

    private Task<IResult> RunAsync<TBody>(
        HttpRequest request,
        Func<string, TBody, Func<BulkItem, CancellationToken, Task<Answer>>?> changeOf,
        Func<TBody, Func<string?, Task<BulkPage>>> find,
        CancellationToken cancellationToken)
        where TBody : BulkBody, new()
    {
        var action = request.RouteValues["action"] as string ?? string.Empty;
        return http.ChangeAsync<TBody>(
            request,
            body =>
            {
                if (changeOf(action, body) is not { } change)
                {
                    return Task.FromResult(new Answer(AnswerKind.Unknown, "There is no such bulk change."));
                }

                if (body.Force && action is not (AuditActions.Redeliver or AuditActions.Requeue))
                {
                    var errors = new FieldErrors();
                    errors.Add("force", "must be left out: there is nothing to force");
                    return Task.FromResult(Answer.Invalid(errors));
                }

                return bulk.RunAsync(action, body.Request, find(body), change, cancellationToken);
            },
            cancellationToken,
            StatusCodes.Status200OK,
            BulkBody.MaxBytes);
    }
}
