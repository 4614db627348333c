using System.Buffers;
using System.Globalization;

namespace FunctionsNotify.App;

internal sealed record DeliveryPosition(DateTimeOffset AcceptedAt, string DeliveryId, string Marker = "")
{
    private const int MaxMarkerLength = 2048;

    // What a delivery's id is made of; see DeliveryIds.
    private static readonly SearchValues<char> _id =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:~");

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

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AcceptedAt.UtcTicks}/{DeliveryId}/{Marker}");
}
