using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Makes the handlers that give payments new deliveries, for one call: the platform binds its client to a call, not to
// the app.
internal sealed class OperatorApiFactory
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

    public RepairApi Repair(DurableTaskClient client) =>
        new(new RepairOperation(_claims, Reopening(client), _audit, _logs.CreateLogger<RepairOperation>()), _access);

    public RedeliveryApi Redelivery(DurableTaskClient client) => new(Operation(client), _access);

    public BulkRedeliveryApi Bulk(DurableTaskClient client) =>
        new(new BulkRedelivery(Operation(client), _listing, _audit, _logs.CreateLogger<BulkRedelivery>()), _access, _time);

    public QuarantineApi Quarantine(DurableTaskClient client) =>
        new(_quarantine, new ConflictApplication(_records, _codec, Operation(client), _time), _access);

    private RedeliveryOperation Operation(DurableTaskClient client) =>
        new(_claims, Reopening(client), _audit, _time, _logs.CreateLogger<RedeliveryOperation>());

    private IndexedReopening Reopening(DurableTaskClient client) =>
        new(_claimMaintenance, _index, new DurableDeliveryInstances(client), new DurableDeliveryStarter(client), _audit, _policy, _time);
}
