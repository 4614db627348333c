using FunctionsNotify.Deliveries;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Operations;

/// <summary>The handler of repair. Each host only routes to it, so that both answer alike.</summary>
public sealed class RepairApi
{
    private readonly IRepair _repair;
    private readonly OperatorAccess _access;

    /// <summary>Makes the handler.</summary>
    /// <param name="repair">The use case.</param>
    /// <param name="access">Who may call.</param>
    public RepairApi(IRepair repair, OperatorAccess access)
    {
        _repair = repair;
        _access = access;
    }

    /// <summary>
    /// <c>POST /api/notifications/{paymentId}/repair</c>: 202 with the delivery that works on the payment now; 409 when
    /// there is nothing to repair.
    /// </summary>
    /// <param name="paymentId">The payment, decoded.</param>
    /// <param name="request">The HTTP request, for its optional body with <c>actor</c> and <c>reason</c>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
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
