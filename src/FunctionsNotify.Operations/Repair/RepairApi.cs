using FunctionsNotify.Deliveries;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Operations;

/// <summary>The handler of repair. Each host only routes to it, so that both answer alike.</summary>
public sealed class RepairApi
{
    private readonly IRepair _repair;

    /// <summary>Makes the handler.</summary>
    /// <param name="repair">The host's repair.</param>
    public RepairApi(IRepair repair) => _repair = repair;

    /// <summary>
    /// <c>POST /api/notifications/{paymentId}/repair</c>: 202 with the delivery that works on the payment now; 409 when
    /// there is nothing to repair.
    /// </summary>
    /// <param name="paymentId">The payment, decoded.</param>
    /// <param name="request">The HTTP request, for its optional body with <c>actor</c> and <c>reason</c>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<IResult> RepairAsync(string paymentId, HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!NotificationApi.IsPossible(paymentId))
        {
            return NotificationApi.NotFound();
        }

        if (await NotificationApi.ReadBodyAsync(request, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return NotificationApi.BodyTooLarge();
        }

        var asked = CommandRequest.Read(body, out var errors);
        if (errors.Count > 0)
        {
            return Results.ValidationProblem(errors.ToDictionary());
        }

        return await _repair.RepairAsync(paymentId, asked, cancellationToken).ConfigureAwait(false) switch
        {
            RepairAnswer.Repaired repaired => Results.Json(new { repaired.DeliveryId }, DeliveryJson.Options, statusCode: StatusCodes.Status202Accepted),
            RepairAnswer.Ended ended => Results.Problem(statusCode: StatusCodes.Status409Conflict, detail: $"The delivery has ended: {ended.State}."),
            RepairAnswer.NotBroken => Results.Problem(statusCode: StatusCodes.Status409Conflict, detail: "The delivery is not broken; there is nothing to repair."),
            _ => NotificationApi.NotFound(),
        };
    }
}
