using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

/// <summary>Makes the handlers that give payments new deliveries, for one call: the platform binds its client to a call, not to the app.</summary>
public sealed class OperatorApiFactory
{
    private readonly IClaimStore _claims;
    private readonly IClaimMaintenance _claimMaintenance;
    private readonly IDeliveryIndex _index;
    private readonly IDeliveryListing _listing;
    private readonly IQuarantineRecords _records;
    private readonly IMessageCodec _codec;
    private readonly QuarantineOperations _quarantine;
    private readonly AuditTrail _audit;
    private readonly OperatorAccess _access;
    private readonly DeliveryPolicy _policy;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;

    /// <summary>Makes the factory over everything that lasts longer than a call.</summary>
    /// <param name="claims">Keeps one claim per payment.</param>
    /// <param name="claimMaintenance">Reopens claims.</param>
    /// <param name="index">Keeps the index rows.</param>
    /// <param name="listing">Finds deliveries to make again.</param>
    /// <param name="records">The quarantine.</param>
    /// <param name="codec">Unwraps messages.</param>
    /// <param name="quarantine">The use cases of the quarantine.</param>
    /// <param name="audit">Keeps the audit entries.</param>
    /// <param name="access">Who may call.</param>
    /// <param name="policy">The policy of new deliveries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Makes the logs.</param>
    public OperatorApiFactory(
        IClaimStore claims,
        IClaimMaintenance claimMaintenance,
        IDeliveryIndex index,
        IDeliveryListing listing,
        IQuarantineRecords records,
        IMessageCodec codec,
        QuarantineOperations quarantine,
        AuditTrail audit,
        OperatorAccess access,
        DeliveryPolicy policy,
        TimeProvider time,
        ILoggerFactory logs)
    {
        _claims = claims;
        _claimMaintenance = claimMaintenance;
        _index = index;
        _listing = listing;
        _records = records;
        _codec = codec;
        _quarantine = quarantine;
        _audit = audit;
        _access = access;
        _policy = policy;
        _time = time;
        _logs = logs;
    }

    /// <summary>The repair handler over this client.</summary>
    /// <param name="client">The call's client.</param>
    public RepairApi Repair(DurableTaskClient client) =>
        new(new RepairOperation(_claims, Reopening(client), _audit, _logs.CreateLogger<RepairOperation>()), _access);

    /// <summary>The redelivery handler over this client.</summary>
    /// <param name="client">The call's client.</param>
    public RedeliveryApi Redelivery(DurableTaskClient client) => new(Operation(client), _access);

    /// <summary>The bulk redelivery handler over this client.</summary>
    /// <param name="client">The call's client.</param>
    public BulkRedeliveryApi Bulk(DurableTaskClient client) =>
        new(new BulkRedelivery(Operation(client), _listing, _audit, _logs.CreateLogger<BulkRedelivery>()), _access, _time);

    /// <summary>The quarantine's handlers over this client.</summary>
    /// <param name="client">The call's client.</param>
    public QuarantineApi Quarantine(DurableTaskClient client) =>
        new(_quarantine, new ConflictApplication(_records, _codec, Operation(client), _time), _access);

    private RedeliveryOperation Operation(DurableTaskClient client) =>
        new(_claims, Reopening(client), _audit, _time, _logs.CreateLogger<RedeliveryOperation>());

    private IndexedReopening Reopening(DurableTaskClient client) =>
        new(_claimMaintenance, _index, new DurableDeliveryInstances(client), new DurableDeliveryStarter(client), _audit, _policy, _time);
}
