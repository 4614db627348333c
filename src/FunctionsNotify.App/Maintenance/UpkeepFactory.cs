using FunctionsNotify.Deliveries;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

/// <summary>Makes sweeper, search and purge for one call: the platform binds its client to a call, not to the app.</summary>
public sealed class UpkeepFactory
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

    /// <summary>Makes the factory over everything that lasts longer than a call.</summary>
    /// <param name="claims">Keeps one claim per payment.</param>
    /// <param name="claimMaintenance">Finds, lists and removes claims.</param>
    /// <param name="index">Keeps the index rows.</param>
    /// <param name="rows">Lists and removes index rows.</param>
    /// <param name="bookmark">Keeps where the purge goes on.</param>
    /// <param name="policy">The policy of new deliveries.</param>
    /// <param name="retention">How long what has ended is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Makes the logs.</param>
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

    /// <summary>The sweeper over this client.</summary>
    /// <param name="client">The call's client.</param>
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

    /// <summary>The search for stuck deliveries over this client.</summary>
    /// <param name="client">The call's client.</param>
    public StuckDeliverySearch Search(DurableTaskClient client) =>
        new(_claimMaintenance, new DurableDeliveryInstances(client), _time, _logs.CreateLogger<StuckDeliverySearch>());

    /// <summary>The purge over this client.</summary>
    /// <param name="client">The call's client.</param>
    public Purge Purge(DurableTaskClient client) =>
        new(_claimMaintenance, _rows, new DurableDeliveryInstances(client), _bookmark, _retention, _time, _logs.CreateLogger<Purge>());
}
