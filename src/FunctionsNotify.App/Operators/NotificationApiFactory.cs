using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

// Makes the API's handlers for one call: the platform binds its client to a call, not to the app.
internal sealed class NotificationApiFactory
{
    private readonly IClaimStore _claims;
    private readonly Func<HealthReport> _health;
    private readonly AuditTrail _audit;
    private readonly OperatorAccess _access;

    public NotificationApiFactory(IClaimStore claims, Func<HealthReport> health, AuditTrail audit, OperatorAccess access)
    {
        _claims = claims;
        _health = health;
        _audit = audit;
        _access = access;
    }

    public NotificationApi Over(DurableTaskClient client) =>
        new(new NotificationOperations(_claims, new DurableDeliveryReader(client), new DurableCommandSender(client), _audit), _health, _access);
}
