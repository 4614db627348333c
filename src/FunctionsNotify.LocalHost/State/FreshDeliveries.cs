using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>Deliveries that were recorded a moment ago and are not started yet; saves the start from reading them back.</summary>
internal sealed class FreshDeliveries
{
    private readonly ConcurrentDictionary<string, Delivery> _deliveries = new(StringComparer.Ordinal);

    public void Add(Delivery delivery) => _deliveries[delivery.DeliveryId] = delivery;

    public bool TryTake(string deliveryId, [NotNullWhen(true)] out Delivery? delivery) => _deliveries.TryRemove(deliveryId, out delivery);
}
