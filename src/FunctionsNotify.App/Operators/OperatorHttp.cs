using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal sealed record OperatorStatement(string? Actor, string? Reason)
{
    public const int MaxActorLength = DeliveryCommand.MaxIdLength;

    public const int MaxReasonLength = DeliveryCommand.MaxReasonLength;
}

// A change that somebody wants of one payment or quarantined message.
internal record ChangeRequest(OperatorStatement By)
{
    public bool Force { get; init; }

    public string? IdempotencyKey { get; init; }

    public bool IsDryRun { get; init; }

    // Of many: one audit entry stands for all that was refused.
    public bool IsOneOfMany { get; init; }

    // The same wish has the same id where it has a key, so that it takes effect once.
    public string IdFor(params string[] of) => IdempotencyKey is { } key
        ? new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [key, .. of]))).AsSpan(0, 16)).ToString()
        : Guid.CreateVersion7().ToString();
}

// What the body of every change has: who asks for it, and why.
internal record OperatorBody
{
    public string? Actor { get; init; }

    public string? Reason { get; init; }

    internal string? IdempotencyKey { get; init; }

    internal OperatorStatement By => new(Actor, Reason);

    internal virtual bool IsStatementRequired => true;

    internal virtual void Judge(FieldErrors errors)
    {
        JudgeText("actor", Actor, OperatorStatement.MaxActorLength, errors);
        JudgeText("reason", Reason, OperatorStatement.MaxReasonLength, errors);
    }

    private void JudgeText(string field, string? text, int maxLength, FieldErrors errors)
    {
        if (IsStatementRequired && string.IsNullOrWhiteSpace(text))
        {
            errors.Add(field, "is required");
        }
        else
        {
            FieldRules.Short(field, text, maxLength, errors);
        }
    }
}

// What the calls have in common: who may make them, how a body or a query becomes a record, and what is answered when a
// change cannot be put on record. Errors are RFC 9457 problem details.
internal sealed class OperatorHttp(OperatorAccess access)
{
    public const string IdempotencyHeader = "Idempotency-Key";

    public const int MaxKeyLength = 64;

    // A notification fits in, with what says who and why.
    public const int MaxBytes = 70 * 1024;

    private const int MaxPaymentIdLength = 64;

    // Lists leave out what has no value.
    private static readonly JsonSerializerOptions _listJson = new(DeliveryJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    // From ASP.NET Core's route values: the platform's own binding data decodes by other rules. Of all escapes they leave
    // only that of the slash, and the platform's proxy escapes it once more on its way here: an id with a slash and one with
    // a literal %2F arrive as the same text. The slash wins, since ids may well have one; the other is reached by the calls
    // that take ids in a query or body.
    public static string PaymentIdOf(HttpRequest request) =>
        (request.RouteValues["paymentId"] as string ?? string.Empty).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public static bool IsPossible(string paymentId) =>
        !string.IsNullOrEmpty(paymentId) && new StringInfo(paymentId).LengthInTextElements <= MaxPaymentIdLength && paymentId.Length <= 4 * MaxPaymentIdLength;

    public Task<IResult> ReadAsync(HttpRequest request, Func<Task<IResult>> read) => ReadAsync(request, _ => read());

    public Task<IResult> ReadAsync(HttpRequest request, Func<Caller, Task<IResult>> read) =>
        access.Refuse(request, OperatorRole.Reader, out var caller) is { } refusal ? Task.FromResult(refusal) : read(caller);

    public async Task<IResult> ListAsync<TQuery>(HttpRequest request, Func<TQuery, FieldErrors, Task<object?>> list)
        where TQuery : new()
    {
        if (access.Refuse(request, OperatorRole.Reader, out _) is { } refusal)
        {
            return refusal;
        }

        var errors = new FieldErrors();
        var query = Binding.Query<TQuery>(request, errors);
        try
        {
            if (await list(query, errors) is { } page && !errors.Any)
            {
                return Results.Json(page, _listJson);
            }
        }
        catch (ArgumentException fault) when (fault.ParamName == "continuation")
        {
            errors.Add("continuationToken", FieldRules.TokenRule);
        }

        return Answer.Invalid(errors).ToResult();
    }

    public async Task<IResult> ChangeAsync<TBody>(
        HttpRequest request, Func<TBody, Task<Answer>> change, CancellationToken cancellationToken, int success = StatusCodes.Status202Accepted, int maxBytes = MaxBytes)
        where TBody : OperatorBody, new()
    {
        if (access.Refuse(request, OperatorRole.Operator, out var caller) is { } refusal)
        {
            return refusal;
        }

        var buffer = new byte[maxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > maxBytes)
        {
            return Results.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, detail: $"The body must be at most {maxBytes} bytes.");
        }

        var errors = new FieldErrors();
        var body = Signed(Binding.Body<TBody>(buffer.AsMemory(0, length), errors), caller, KeyOf(request, errors), errors);
        body.Judge(errors);
        if (errors.Any)
        {
            return Answer.Invalid(errors).ToResult();
        }

        try
        {
            return (await change(body)).ToResult(success);
        }
        catch (AuditUnavailableException fault)
        {
            return Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: fault.Message);
        }
    }

    private static TBody Signed<TBody>(TBody body, Caller caller, string? key, FieldErrors errors)
        where TBody : OperatorBody
    {
        if (caller.Name is { } name && body.Actor is { } actor && actor != name)
        {
            errors.Add("actor", "must be left out or be the signed-in user");
        }

        return (TBody)((OperatorBody)body with { Actor = caller.Name ?? body.Actor, IdempotencyKey = key });
    }

    private static string? KeyOf(HttpRequest request, FieldErrors errors)
    {
        var values = request.Headers[IdempotencyHeader];
        if (values.Count == 0)
        {
            return null;
        }

        if (values is [{ Length: > 0 and <= MaxKeyLength } key] && key.All(character => character is >= ' ' and <= '~'))
        {
            return key;
        }

        errors.Add(IdempotencyHeader, $"must be given once, with 1 to {MaxKeyLength} printable ASCII characters");
        return null;
    }
}
