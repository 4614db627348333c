using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Makes the intake for one call: the platform binds its client to a call, not to the app.
internal sealed class IntakeFactory
{
    private readonly IMessageCodec _codec;
    private readonly IClaimStore _claims;
    private readonly MessageQuarantine _quarantine;
    private readonly DeliveryPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILogger<NotificationIntake> _logger;
    private readonly IIntakeWatch _watch;

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

    public NotificationIntake Over(DurableTaskClient client) =>
        new(_codec, _claims, new DurableDeliveryStarter(client), _quarantine, _policy, _time, _logger, _watch);
}
