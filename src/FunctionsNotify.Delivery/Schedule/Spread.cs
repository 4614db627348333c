using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.Deliveries;

// Spreads waits so that many payments do not come due together. Computed from the payment and the place in its record,
// in whole numbers only, so that a replay on any machine gives the same wait.
internal static class Spread
{
    private const long PartsPerMillion = 1_000_000;

    public static TimeSpan Of(TimeSpan delay, double limit, string paymentId, string place, int number)
    {
        var parts = (long)Math.Floor(Math.Clamp(limit, 0, 1) * PartsPerMillion);
        var key = string.Create(CultureInfo.InvariantCulture, $"{paymentId}:{place}:{number}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        var fraction = BinaryPrimitives.ReadUInt32BigEndian(hash);
        return TimeSpan.FromTicks((long)((Int128)delay.Ticks * parts * fraction / ((Int128)PartsPerMillion << 32)));
    }
}
