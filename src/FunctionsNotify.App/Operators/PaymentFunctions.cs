using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed record CommandBody : OperatorBody
{
    public int? ExpectedAttempt { get; init; }

    internal override bool IsStatementRequired => false;

    internal override void Judge(FieldErrors errors)
    {
        base.Judge(errors);
        if (ExpectedAttempt < 1)
        {
            errors.Add("expectedAttempt", "must be a whole number from 1");
        }
    }
}

internal sealed record RepairBody : OperatorBody
{
    public bool Force { get; init; }

    internal override bool IsStatementRequired => false;

    internal override void Judge(FieldErrors errors)
    {
        base.Judge(errors);
        if (Force && string.IsNullOrWhiteSpace(Reason))
        {
            errors.Add("reason", "is required with force");
        }
    }
}

// A redelivery or a requeue: force, and another notification in place of the one that is there.
internal sealed record RedeliverBody : OperatorBody
{
    public bool Force { get; init; }

    public JsonElement? Body { get; init; }

    // The notification's bytes exactly as they were given. Not in one conditional expression: there null would become an
    // empty memory.
    internal ReadOnlyMemory<byte>? Bytes
    {
        get
        {
            if (Body is not { } body)
            {
                return null;
            }

            return JsonMarshal.GetRawUtf8Value(body).ToArray();
        }
    }

    internal override void Judge(FieldErrors errors)
    {
        base.Judge(errors);
        if (Body is { ValueKind: not JsonValueKind.Object })
        {
            errors.Add("body", "must be a JSON object");
        }
    }
}

internal sealed record BulkBody : OperatorBody
{
    public const int MaxBytes = 128 * 1024;

    public string[]? PaymentIds { get; init; }

    public DeliveryFilter? Filter { get; init; }

    public bool DryRun { get; init; }

    public bool Force { get; init; }

    internal override void Judge(FieldErrors errors)
    {
        base.Judge(errors);
        if (PaymentIds is null == Filter is null)
        {
            errors.Add("paymentIds", "must be given, or filter in its place, and not both");
        }

        if (PaymentIds is { Length: 0 or > BulkRedelivery.MaxPayments } || PaymentIds?.Contains(null) == true)
        {
            errors.Add("paymentIds", $"must be a list of 1 to {BulkRedelivery.MaxPayments} strings");
        }

        // The times are read again for the call; here only the rules count.
        Filter?.Read("filter.", DateTimeOffset.UtcNow, errors);
        if (!DryRun && IdempotencyKey is null)
        {
            errors.Add(OperatorHttp.IdempotencyHeader, "is required: with it, the same call again finishes what was cut off and delivers nothing twice");
        }
    }
}

internal sealed class PaymentFunctions(
    OperatorHttp http, Payments payments, DeliveryList list, RedeliveryOperation redelivery, BulkRedelivery bulk, TimeProvider time)
{
    // A page of the deliveries that did not succeed at their first attempt.
    [Function("ListNotifications")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "notifications")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ListAsync<DeliveryListQuery>(request, (query, errors) => list.ReadAsync(query, errors, cancellationToken));

    // The payment's state and attempts.
    [Function("GetNotification")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "notifications/{paymentId}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ReadAsync(request, async () => await payments.FindAsync(client, OperatorHttp.PaymentIdOf(request), cancellationToken) is { } view
            ? Results.Json(view, DeliveryJson.Options)
            : Answer.NoPayment.ToResult());

    // Makes the waiting attempt at once. The command's verdict stands on the delivery's record.
    [Function("SendNow")]
    public Task<IResult> SendNowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications/{paymentId}/send-now")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<CommandBody>(
            request,
            body => payments.CommandAsync(client, OperatorHttp.PaymentIdOf(request), CommandKind.SendNow, body.By, body.ExpectedAttempt, cancellationToken),
            cancellationToken);

    // Ends the delivery. The command's verdict stands on the delivery's record.
    [Function("Cancel")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications/{paymentId}/cancel")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<CommandBody>(
            request,
            body => payments.CommandAsync(client, OperatorHttp.PaymentIdOf(request), CommandKind.Cancel, body.By, expectedAttempt: null, cancellationToken),
            cancellationToken);

    // Starts a broken delivery again, with the claimed body under a new delivery id.
    [Function("Repair")]
    public Task<IResult> RepairAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications/{paymentId}/repair")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<RepairBody>(
            request,
            body => MakeAsync(client, request, new RedeliveryRequest(body.By) { IsRepair = true, Force = body.Force }, cancellationToken),
            cancellationToken);

    // Makes an ended delivery again, under a new delivery id.
    [Function("Redeliver")]
    public Task<IResult> RedeliverAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications/{paymentId}/redeliver")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<RedeliverBody>(
            request,
            body => MakeAsync(
                client, request, new RedeliveryRequest(body.By) { Force = body.Force, Body = body.Bytes, IdempotencyKey = body.IdempotencyKey }, cancellationToken),
            cancellationToken);

    // Makes many ended deliveries again, or says which it would make.
    [Function("RedeliverMany")]
    public Task<IResult> RedeliverManyAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "redeliveries")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<BulkBody>(
            request,
            body =>
            {
                var wish = new RedeliveryRequest(body.By) { Force = body.Force, IdempotencyKey = body.IdempotencyKey, IsDryRun = body.DryRun };
                return body.Filter is { } filter
                    ? bulk.FilteredAsync(client, filter.Read("filter.", time.GetUtcNow(), new FieldErrors()), wish, cancellationToken)
                    : bulk.NamedAsync(client, [.. body.PaymentIds!.Distinct(StringComparer.Ordinal)], wish, cancellationToken);
            },
            cancellationToken,
            StatusCodes.Status200OK,
            BulkBody.MaxBytes);

    private async Task<Answer> MakeAsync(DurableTaskClient client, HttpRequest request, RedeliveryRequest wish, CancellationToken cancellationToken) =>
        OperatorHttp.PaymentIdOf(request) is var paymentId && OperatorHttp.IsPossible(paymentId)
            ? await redelivery.RunAsync(client, paymentId, wish, cancellationToken)
            : Answer.NoPayment;
}
