using System.Buffers;
using System.Globalization;

namespace FunctionsNotify.Deliveries;

/// <summary>A place in a listing of deliveries: behind this one.</summary>
/// <param name="AcceptedAt">The delivery's time of acceptance, UTC.</param>
/// <param name="DeliveryId">The delivery; empty for the place before every delivery of that time.</param>
/// <param name="Marker">What the store needs to go on where it looked last; empty for nothing.</param>
public sealed record DeliveryPosition(DateTimeOffset AcceptedAt, string DeliveryId, string Marker = "")
{
    private const int MaxMarkerLength = 2048;

    // What a delivery's id is made of; see DeliveryIds.
    private static readonly SearchValues<char> _id =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:~");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="continuation">The text.</param>
    /// <param name="filter">What is listed.</param>
    /// <exception cref="ArgumentException">It is none, or lies outside of what is listed.</exception>
    public static DeliveryPosition Parse(string continuation, DeliveryListFilter filter)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        ArgumentNullException.ThrowIfNull(filter);
        return continuation.Split('/', 3) is [var ticks, var id, var marker]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at < filter.To.UtcTicks
            && at >= filter.From.UtcTicks
            && id.Length <= DeliveryIds.MaxLength
            && !id.AsSpan().ContainsAnyExcept(_id)
            && marker.Length <= MaxMarkerLength
            && !marker.AsSpan().ContainsAnyExceptInRange(' ', '~')
                ? new DeliveryPosition(new DateTimeOffset(at, TimeSpan.Zero), id, marker)
                : throw new ArgumentException("The continuation is none that a page of this filter gave.", nameof(continuation));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AcceptedAt.UtcTicks}/{DeliveryId}/{Marker}");
}
