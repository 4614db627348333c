using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// Spreads waits so that many payments do not come due together. Computed from the payment and the place in its record,
/// in whole numbers only, so that a replay on any machine gives the same wait. <c>[decided]</c>
/// </summary>
internal static class Spread
{
    private const long PartsPerMillion = 1_000_000;

    /// <summary>A part of <paramref name="delay"/>, at least zero and less than <paramref name="limit"/> of it.</summary>
    /// <param name="delay">The delay to spread.</param>
    /// <param name="limit">The upper limit as a part of the delay, 0 to 1; used to six digits, rounded down.</param>
    /// <param name="paymentId">The payment.</param>
    /// <param name="place">What is spread, such as <c>retry</c>.</param>
    /// <param name="number">The place's number in the delivery's record.</param>
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
