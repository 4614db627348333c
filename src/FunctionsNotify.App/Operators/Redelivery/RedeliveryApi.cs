using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The handler of redelivery. Each host only routes to it, so that both answer alike.
internal sealed class RedeliveryApi
{
    public const int MaxBytes = 70 * 1024;

    private static readonly string[] _members = ["actor", "reason", "force", "body"];

    private readonly IRedelivery _redelivery;
    private readonly OperatorAccess _access;

    public RedeliveryApi(IRedelivery redelivery, OperatorAccess access)
    {
        _redelivery = redelivery;
        _access = access;
    }

    public Task<IResult> RedeliverAsync(string paymentId, HttpRequest request, CancellationToken cancellationToken) => _access.ChangeAsync(request, async caller =>
    {
        if (!NotificationApi.IsPossible(paymentId))
        {
            return NotificationApi.NotFound();
        }

        using var body = await OperatorBody.ReadAsync(request, MaxBytes, _members, cancellationToken).ConfigureAwait(false);
        if (body is null)
        {
            return OperatorCall.TooLarge(MaxBytes);
        }

        var asked = new RedeliveryRequest(body.Statement(caller))
        {
            Force = body.Flag("force"),
            Body = body.Object("body"),
            IdempotencyKey = IdempotencyKey.Read(request, body.Errors),
        };
        return body.Errors.Any
            ? OperatorCall.Invalid(body.Errors.ToDictionary())
            : Answer(await _redelivery.RedeliverAsync(paymentId, asked, cancellationToken).ConfigureAwait(false));
    });

    internal static IResult Answer(RedeliveryAnswer answer) => answer switch
    {
        RedeliveryAnswer.Redelivered made => Results.Json(
            new { made.DeliveryId, made.Generation, made.Supersedes, made.IsRepeat }, DeliveryJson.Options, statusCode: StatusCodes.Status202Accepted),
        RedeliveryAnswer.Open => OperatorCall.Conflict("The delivery has not ended."),
        RedeliveryAnswer.Broken => OperatorCall.Conflict("The delivery is broken: repair it, which starts it again with the same body."),
        RedeliveryAnswer.Delivered => OperatorCall.Conflict("The payment was delivered; only force delivers it again."),
        RedeliveryAnswer.Superseded superseded => OperatorCall.Conflict($"The payment has a later delivery: {superseded.State}."),
        RedeliveryAnswer.KeyTaken => OperatorCall.Conflict($"The {IdempotencyKey.Header} was used for a redelivery of this payment with another body."),
        RedeliveryAnswer.Invalid invalid => OperatorCall.Invalid(invalid.Errors),
        _ => NotificationApi.NotFound(),
    };
}
