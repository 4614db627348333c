using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed record CommandBody : OperatorBody
{
    public int? ExpectedAttempt { get; init; }

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

internal sealed class PaymentFunctions(OperatorHttp http, Payments payments, Commands commands, DeliveryList list, RedeliveryOperation redelivery)
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

    // The body of the payment's last delivery, as it is or was sent. It is the payment's own data, so who reads it stands
    // in the audit log.
    [Function("GetBody")]
    public Task<IResult> BodyAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications/{paymentId}/body")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ChangeAsync<OperatorBody>(
            request, body => payments.BodyAsync(OperatorHttp.PaymentIdOf(request), body.By, cancellationToken), cancellationToken, StatusCodes.Status200OK);

    // Makes the waiting attempt at once. The command's verdict stands on the delivery's record.
    [Function("SendNow")]
    public Task<IResult> SendNowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications/{paymentId}/send-now")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<CommandBody>(
            request,
            body => commands.RunAsync(
                client,
                OperatorHttp.PaymentIdOf(request),
                new CommandRequest(body.By, CommandKind.SendNow) { IdempotencyKey = body.IdempotencyKey, ExpectedAttempt = body.ExpectedAttempt },
                cancellationToken),
            cancellationToken);

    // Ends the delivery. The command's verdict stands on the delivery's record.
    [Function("Cancel")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notifications/{paymentId}/cancel")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<OperatorBody>(
            request,
            body => commands.RunAsync(
                client, OperatorHttp.PaymentIdOf(request), new CommandRequest(body.By, CommandKind.Cancel) { IdempotencyKey = body.IdempotencyKey }, cancellationToken),
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

    private Task<Answer> MakeAsync(DurableTaskClient client, HttpRequest request, RedeliveryRequest wish, CancellationToken cancellationToken) =>
        redelivery.RunAsync(client, OperatorHttp.PaymentIdOf(request), wish, cancellationToken);
}
