using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Makes sweeper, search and purge for one call: the platform binds its client to a call, not to the app.
internal sealed class UpkeepFactory
{
    private readonly IClaimStore _claims;
    private readonly IClaimMaintenance _claimMaintenance;
    private readonly IDeliveryIndex _index;
    private readonly IDeliveryIndexMaintenance _rows;
    private readonly IPurgeBookmark _bookmark;
    private readonly DeliveryPolicy _policy;
    private readonly RetentionPolicy _retention;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;

    public UpkeepFactory(
        IClaimStore claims,
        IClaimMaintenance claimMaintenance,
        IDeliveryIndex index,
        IDeliveryIndexMaintenance rows,
        IPurgeBookmark bookmark,
        DeliveryPolicy policy,
        RetentionPolicy retention,
        TimeProvider time,
        ILoggerFactory logs)
    {
        _claims = claims;
        _claimMaintenance = claimMaintenance;
        _index = index;
        _rows = rows;
        _bookmark = bookmark;
        _policy = policy;
        _retention = retention;
        _time = time;
        _logs = logs;
    }

    public Sweeper Sweeper(DurableTaskClient client) => new(
        _claims,
        _index,
        _rows,
        new DurableDeliveryInstances(client),
        new DurableDeliveryStarter(client),
        new DurableCommandSender(client),
        _policy,
        _retention,
        _time,
        _logs.CreateLogger<Sweeper>());

    public StuckDeliverySearch Search(DurableTaskClient client) =>
        new(_claimMaintenance, new DurableDeliveryInstances(client), _time, _logs.CreateLogger<StuckDeliverySearch>());

    public Purge Purge(DurableTaskClient client) =>
        new(_claimMaintenance, _rows, new DurableDeliveryInstances(client), _bookmark, _retention, _time, _logs.CreateLogger<Purge>());
}
