using FunctionsNotify.Deliveries;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

/// <summary>Makes the intake for one call: the platform binds its client to a call, not to the app.</summary>
public sealed class IntakeFactory
{
    private readonly IMessageCodec _codec;
    private readonly IClaimStore _claims;
    private readonly MessageQuarantine _quarantine;
    private readonly DeliveryPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger<NotificationIntake> _logger;
    private readonly IIntakeWatch _watch;

    /// <summary>Makes the factory over everything that lasts longer than a call.</summary>
    /// <param name="codec">Unwraps messages.</param>
    /// <param name="claims">Keeps one claim per payment.</param>
    /// <param name="quarantine">Keeps what cannot become a delivery.</param>
    /// <param name="policy">The policy of new deliveries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="watch">Measures and traces.</param>
    public IntakeFactory(
        IMessageCodec codec,
        IClaimStore claims,
        MessageQuarantine quarantine,
        DeliveryPolicy policy,
        TimeProvider time,
        ILogger<NotificationIntake> logger,
        IIntakeWatch watch)
    {
        _codec = codec;
        _claims = claims;
        _quarantine = quarantine;
        _policy = policy;
        _time = time;
        _logger = logger;
        _watch = watch;
    }

    /// <summary>The intake that starts deliveries with this client.</summary>
    /// <param name="client">The call's client.</param>
    public NotificationIntake Over(DurableTaskClient client) =>
        new(_codec, _claims, new DurableDeliveryStarter(client), _quarantine, _policy, _time, _logger, _watch);
}
