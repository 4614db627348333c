using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The handler of repair. Each host only routes to it, so that both answer alike.
internal sealed class RepairApi
{
    private readonly IRepair _repair;
    private readonly OperatorAccess _access;

    public RepairApi(IRepair repair, OperatorAccess access)
    {
        _repair = repair;
        _access = access;
    }

    // POST /api/notifications/{paymentId}/repair: 202 with the delivery that works on the payment now; 409 when there
    // is nothing to repair.
    public Task<IResult> RepairAsync(string paymentId, HttpRequest request, CancellationToken cancellationToken) => _access.ChangeAsync(request, async caller =>
    {
        if (!NotificationApi.IsPossible(paymentId))
        {
            return NotificationApi.NotFound();
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

        return await _repair.RepairAsync(paymentId, asked, cancellationToken).ConfigureAwait(false) switch
        {
            RepairAnswer.Repaired repaired => Results.Json(new { repaired.DeliveryId }, DeliveryJson.Options, statusCode: StatusCodes.Status202Accepted),
            RepairAnswer.Ended ended => OperatorCall.Conflict($"The delivery has ended: {ended.State}."),
            RepairAnswer.NotBroken => OperatorCall.Conflict("The delivery is not broken; there is nothing to repair."),
            _ => NotificationApi.NotFound(),
        };
    });
}
