using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

/// <summary>Makes the API's handlers for one call: the platform binds its client to a call, not to the app.</summary>
public sealed class NotificationApiFactory
{
    private readonly IClaimStore _claims;
    private readonly Func<HealthReport> _health;
    private readonly AuditTrail _audit;
    private readonly OperatorAccess _access;

    /// <summary>Makes the factory.</summary>
    /// <param name="claims">Keeps one claim per payment.</param>
    /// <param name="health">What the host says of itself.</param>
    /// <param name="audit">Keeps the audit entries.</param>
    /// <param name="access">Who may call.</param>
    public NotificationApiFactory(IClaimStore claims, Func<HealthReport> health, AuditTrail audit, OperatorAccess access)
    {
        _claims = claims;
        _health = health;
        _audit = audit;
        _access = access;
    }

    /// <summary>The handlers over this client.</summary>
    /// <param name="client">The call's client.</param>
    public NotificationApi Over(DurableTaskClient client) =>
        new(new NotificationOperations(_claims, new DurableDeliveryReader(client), new DurableCommandSender(client), _audit), _health, _access);
}
