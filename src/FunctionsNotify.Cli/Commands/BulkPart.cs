using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>One call of a bulk redelivery: payments by id, or a filter over a stretch of time.</summary>
/// <param name="Count">About how many payments it concerns.</param>
/// <param name="PaymentIds">The payments; null for a filter.</param>
/// <param name="Filter">The filter; null for payments.</param>
internal sealed record BulkPart(int Count, IReadOnlyList<string>? PaymentIds, DeliveryFilter? Filter)
{
    private const int PerCall = 100;

    /// <summary>A hundred payments to a call.</summary>
    public static IReadOnlyList<BulkPart> Of(IReadOnlyList<string> paymentIds) =>
        [.. paymentIds.Chunk(PerCall).Select(chunk => new BulkPart(chunk.Length, chunk, null))];

    /// <summary>
    /// Cuts the filter's time where the list has a hundred deliveries, so that each call is small and all of them
    /// together are the filter. The ids stay with the host: only it knows whether a payment's last delivery is the one
    /// that was found.
    /// </summary>
    /// <param name="filter">The filter, with its end.</param>
    /// <param name="items">What the list found by it, in any order.</param>
    public static IReadOnlyList<BulkPart> Of(DeliveryFilter filter, IReadOnlyList<JsonElement> items)
    {
        List<DateTimeOffset> times = [.. items.Select(item => item.Time("acceptedAt")).OfType<DateTimeOffset>().OrderDescending()];
        List<BulkPart> parts = [];
        var end = filter.To;
        for (var start = 0; start < times.Count;)
        {
            var last = Math.Min(start + PerCall, times.Count) - 1;
            while (last + 1 < times.Count && times[last + 1] == times[last])
            {
                last++;
            }

            var from = last + 1 == times.Count ? filter.From : times[last];
            parts.Add(new BulkPart(last + 1 - start, null, filter with { From = from, To = end }));
            end = from;
            start = last + 1;
        }

        return parts;
    }
}
