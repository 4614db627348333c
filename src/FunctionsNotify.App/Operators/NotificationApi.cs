using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The HTTP API's handlers. Each host only routes to them, so that both answer alike; errors are RFC 9457 problem
// details.
internal sealed class NotificationApi
{
    public const int MaxPaymentIdLength = 64;

    private readonly NotificationOperations _operations;
    private readonly Func<HealthReport> _health;
    private readonly OperatorAccess _access;

    public NotificationApi(NotificationOperations operations, Func<HealthReport> health, OperatorAccess access)
    {
        _operations = operations;
        _health = health;
        _access = access;
    }

    public IResult Health() => Results.Json(_health(), DeliveryJson.Options);

    public async Task<IResult> GetAsync(string paymentId, CancellationToken cancellationToken)
    {
        var view = IsPossible(paymentId) ? await _operations.FindAsync(paymentId, cancellationToken).ConfigureAwait(false) : null;
        return view is null ? NotFound() : Results.Json(view, DeliveryJson.Options);
    }

    public Task<IResult> CommandAsync(string paymentId, CommandKind kind, HttpRequest request, CancellationToken cancellationToken) => _access.ChangeAsync(request, async caller =>
    {
        if (!IsPossible(paymentId))
        {
            return NotFound();
        }

        if (await RequestBytes.ReadAsync(request, CommandRequest.MaxBytes, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return OperatorCall.TooLarge(CommandRequest.MaxBytes);
        }

        var asked = CommandRequest.Read(body, out var errors).By(caller, errors);
        if (errors.Count > 0)
        {
            return Results.ValidationProblem(errors);
        }

        var answer = await _operations.CommandAsync(paymentId, kind, asked, Guid.CreateVersion7().ToString(), cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            CommandAnswer.Accepted accepted => Results.Json(new { accepted.CommandId, accepted.DeliveryId }, DeliveryJson.Options, statusCode: StatusCodes.Status202Accepted),
            CommandAnswer.Ended ended => OperatorCall.Conflict($"The delivery has ended: {ended.State}."),
            CommandAnswer.Broken broken => OperatorCall.Conflict(broken.Action),
            CommandAnswer.NotStarted => OperatorCall.Conflict("The delivery's start is under way; try again in a moment."),
            _ => NotFound(),
        };
    });

    internal static bool IsPossible(string paymentId) =>
        !string.IsNullOrEmpty(paymentId) && new StringInfo(paymentId).LengthInTextElements <= MaxPaymentIdLength && paymentId.Length <= 4 * MaxPaymentIdLength;

    internal static IResult NotFound() =>
        Results.Problem(statusCode: StatusCodes.Status404NotFound, detail: "No notification of this payment was accepted. An invalid message is in the quarantine instead.");
}
