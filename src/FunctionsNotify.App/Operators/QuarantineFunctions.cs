using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App;

internal sealed record QuarantineQuery
{
    public string? State { get; init; }

    public string? Status { get; init; }

    public string? PaymentId { get; init; }

    public string? PageSize { get; init; }

    public string? ContinuationToken { get; init; }
}

internal sealed record QuarantineRecordQuery
{
    public string? Body { get; init; }
}

// A quarantine record as an operator sees it: everything but the body, which is shown only when it is asked for.
internal sealed record QuarantineView
{
    public static readonly Answer Unreadable = new(AnswerKind.Taken, "The record cannot be read; it was written by another version, or by hand.");

    public required string QuarantineId { get; init; }

    public required MessageState State { get; init; }

    public required QuarantineStatus Status { get; init; }

    public string? PaymentId { get; init; }

    public required string MessageId { get; init; }

    public required DateTimeOffset InsertedAt { get; init; }

    public required DateTimeOffset QuarantinedAt { get; init; }

    public bool FromPoisonQueue { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ClaimedAt { get; init; }

    public required ImmutableArray<Violation> Reasons { get; init; }

    public required int Size { get; init; }

    public required bool IsCorrected { get; init; }

    public required ImmutableArray<QuarantineEntry> History { get; init; }

    // The notification where one was found in the message, else the whole message; base64 in JSON.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? Body { get; init; }

    public static QuarantineView Of(QuarantineRecord record) => new()
    {
        QuarantineId = record.QuarantineId,
        State = record.State,
        Status = record.Status,
        PaymentId = record.PaymentId,
        MessageId = record.MessageId,
        InsertedAt = record.InsertedAt,
        QuarantinedAt = record.QuarantinedAt,
        FromPoisonQueue = record.FromPoisonQueue,
        ClaimedAt = record.ClaimedAt,
        Reasons = record.Reasons,
        Size = record.Content.Length,
        IsCorrected = record.Correction is not null,
        History = record.History,
    };
}

internal sealed class QuarantineFunctions(OperatorHttp http, Quarantine quarantine, QuarantineStore records)
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    [Function("ListQuarantine")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "quarantine")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ListAsync<QuarantineQuery>(request, async (query, errors) =>
        {
            var filter = new QuarantineFilter(
                FieldRules.Name<MessageState>("state", query.State, errors), FieldRules.Name<QuarantineStatus>("status", query.Status, errors), query.PaymentId);
            var pageSize = FieldRules.Number("pageSize", query.PageSize, MaxPage, DefaultPage, errors);
            var continuation = FieldRules.Token("continuationToken", query.ContinuationToken, errors);
            if (errors.Any)
            {
                return null;
            }

            var page = await records.ListAsync(filter, pageSize, continuation, cancellationToken);
            return new
            {
                Items = page.Records.Select(QuarantineView.Of),
                Unreadable = page.Unreadable.Count == 0 ? null : page.Unreadable,
                ContinuationToken = FieldRules.Token(page.Continuation),
            };
        });

    [Function("GetQuarantineRecord")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "quarantine/{day}/{name}")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ReadAsync(request, async () =>
        {
            var errors = new FieldErrors();
            var isBodyAsked = FieldRules.Flag("body", Binding.Query<QuarantineRecordQuery>(request, errors).Body, errors);
            if (errors.Any)
            {
                return Answer.Invalid(errors).ToResult();
            }

            try
            {
                return QuarantineRecord.IsId(IdOf(request)) && await records.GetAsync(IdOf(request), cancellationToken) is { Record: var record }
                    ? Results.Json(isBodyAsked ? QuarantineView.Of(record) with { Body = BodyOf(record) } : QuarantineView.Of(record), DeliveryJson.Options)
                    : Quarantine.NoRecord.ToResult();
            }
            catch (InvalidDataException)
            {
                return QuarantineView.Unreadable.ToResult();
            }
        });

    // Puts a quarantined message back on the queue, as it is or corrected.
    [Function("Requeue")]
    public Task<IResult> RequeueAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "quarantine/{day}/{name}/requeue")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ChangeAsync<RedeliverBody>(
            request, body => quarantine.RequeueAsync(IdOf(request), new RequeueRequest(body.By, body.Bytes) { Force = body.Force, IdempotencyKey = body.IdempotencyKey }, cancellationToken), cancellationToken);

    // Says that a quarantined message needs nothing more.
    [Function("Discard")]
    public Task<IResult> DiscardAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "quarantine/{day}/{name}/discard")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ChangeAsync<OperatorBody>(request, body => quarantine.DiscardAsync(IdOf(request), new ChangeRequest(body.By) { IdempotencyKey = body.IdempotencyKey }, cancellationToken), cancellationToken, StatusCodes.Status200OK);

    private static string IdOf(HttpRequest request) => $"{request.RouteValues["day"]}/{request.RouteValues["name"]}";

    private static ReadOnlyMemory<byte> BodyOf(QuarantineRecord record) => MessageCodec.Decode(record.Content).Notification ?? record.Content;
}
