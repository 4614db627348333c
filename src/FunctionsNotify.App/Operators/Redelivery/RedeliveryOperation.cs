using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Redelivery over a host's ports. The claim decides, under its version: of two callers at once one makes the new
// delivery.
internal sealed class RedeliveryOperation : IRedelivery
{
    // Each round another change was first; a person cannot be that quick more often.
    private const int Rounds = 4;

    private readonly IClaimStore _claims;
    private readonly IReopening _reopening;
    private readonly AuditTrail _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<RedeliveryOperation> _logger;

    public RedeliveryOperation(IClaimStore claims, IReopening reopening, AuditTrail audit, TimeProvider time, ILogger<RedeliveryOperation> logger)
    {
        _claims = claims;
        _reopening = reopening;
        _audit = audit;
        _time = time;
        _logger = logger;
    }

    public async Task<RedeliveryAnswer> RedeliverAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        var answer = await RedeliverOneOfManyAsync(paymentId, request, cancellationToken).ConfigureAwait(false);
        if (RefusalOf(answer) is { } why)
        {
            var entry = _audit.New(request.Action, request.By, paymentId, request.QuarantineId) with { Outcome = AuditEntry.Refused(why) };
            await _audit.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        return answer;
    }

    public async Task<RedeliveryAnswer> RedeliverOneOfManyAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new FieldErrors();
        request.By.Judge(errors);
        if (errors.Any)
        {
            return new RedeliveryAnswer.Invalid(errors.ToDictionary());
        }

        var claim = await _claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false);
        for (var round = 1; claim is not null; round++)
        {
            var entry = _audit.New(request.Action, request.By, paymentId, request.QuarantineId);
            var decision = RedeliveryRules.Judge(claim, request, entry.Id, entry.At);
            if (decision is not RedeliveryDecision.Make make)
            {
                return await AnswerAsync(decision, claim, cancellationToken).ConfigureAwait(false);
            }

            var standing = await _reopening.ReopenAsync(claim, make.Next, entry with { DeliveryId = make.Next.DeliveryId }, cancellationToken).ConfigureAwait(false);
            if (standing is null)
            {
                var made = make.Next.History[^1];
                RedeliveryLogs.Redelivered(_logger, paymentId, made.DeliveryId, made.Kind, made.Actor, made.Reason);
                return Redelivered(paymentId, made, isRepeat: false);
            }

            claim = round < Rounds ? standing : throw new InvalidOperationException($"Payment {paymentId}: its claim changed {Rounds} times while it was being redelivered.");
        }

        return new RedeliveryAnswer.Unknown();
    }

    public async Task<RedeliveryAnswer?> ForeseeAsync(string paymentId, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await _claims.GetAsync(paymentId, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            return new RedeliveryAnswer.Unknown();
        }

        return RedeliveryRules.Judge(claim, request, string.Empty, _time.GetUtcNow()) switch
        {
            RedeliveryDecision.Make => null,
            RedeliveryDecision.Repeat repeat => Redelivered(paymentId, repeat.Made, isRepeat: true),
            RedeliveryDecision.Refuse { Answer: RedeliveryAnswer.Open open } =>
                await _reopening.LookAsync(claim, cancellationToken).ConfigureAwait(false) == DeliveryStand.Broken ? new RedeliveryAnswer.Broken(open.DeliveryId) : open,
            RedeliveryDecision.Refuse refuse => refuse.Answer,
            var other => throw new InvalidOperationException($"Unknown decision {other.GetType().Name}."),
        };
    }

    internal static string? RefusalOf(RedeliveryAnswer answer) => answer switch
    {
        RedeliveryAnswer.Open open => $"delivery {open.DeliveryId} is open",
        RedeliveryAnswer.Broken broken => $"delivery {broken.DeliveryId} is broken",
        RedeliveryAnswer.Delivered => "delivered, and no force",
        RedeliveryAnswer.Superseded superseded => $"a later delivery is {superseded.State}",
        RedeliveryAnswer.KeyTaken => "the key was used with another body",
        RedeliveryAnswer.Invalid invalid when !invalid.Errors.ContainsKey("actor") && !invalid.Errors.ContainsKey("reason") => $"broken rules of {string.Join(", ", invalid.Errors.Keys)}",
        _ => null,
    };

    private async Task<RedeliveryAnswer> AnswerAsync(RedeliveryDecision decision, Claim claim, CancellationToken cancellationToken)
    {
        switch (decision)
        {
            case RedeliveryDecision.Repeat { Made: var made }:
                if (made.DeliveryId == claim.DeliveryId && claim.State == DeliveryState.Open)
                {
                    await StartIfNotStartedAsync(claim, cancellationToken).ConfigureAwait(false);
                }

                return Redelivered(claim.PaymentId, made, isRepeat: true);

            case RedeliveryDecision.Refuse { Answer: RedeliveryAnswer.Open open }:
                return await StartIfNotStartedAsync(claim, cancellationToken).ConfigureAwait(false) == DeliveryStand.Broken
                    ? new RedeliveryAnswer.Broken(open.DeliveryId)
                    : open;

            default:
                return ((RedeliveryDecision.Refuse)decision).Answer;
        }
    }

    // Heals what was cut off between claim and start. A first delivery has its queue message for that.
    private async Task<DeliveryStand> StartIfNotStartedAsync(Claim open, CancellationToken cancellationToken)
    {
        var stand = await _reopening.LookAsync(open, cancellationToken).ConfigureAwait(false);
        if (stand == DeliveryStand.NotStarted && open.Generation > 1)
        {
            await _reopening.StartAsync(open, cancellationToken).ConfigureAwait(false);
        }

        return stand;
    }

    private static RedeliveryAnswer.Redelivered Redelivered(string paymentId, ClaimChange made, bool isRepeat) =>
        new(made.DeliveryId, made.Generation, DeliveryIds.ForDelivery(paymentId, made.Generation - 1), isRepeat);
}
