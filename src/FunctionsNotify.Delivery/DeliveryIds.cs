using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.Deliveries;

// The keys of payments and deliveries. A key is safe as an orchestration's instance id, as a table key and in a path.
internal static class DeliveryIds
{
    public const int MaxLength = 100;

    public const int MaxGeneration = 9999;

    private const string Prefix = "np-";

    // Leaves room for "~" and a generation.
    private const int LongestPlainPaymentId = 64;

    // Not "~": it marks what is not a plain paymentId, so that no payment's key can be another's hash or generation.
    private static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    // The key of a payment: np- and the paymentId, or its hash where it has unsafe characters.
    public static string ForPayment(string paymentId)
    {
        ArgumentException.ThrowIfNullOrEmpty(paymentId);
        return paymentId.Length <= LongestPlainPaymentId && !paymentId.AsSpan().ContainsAnyExcept(_plain)
            ? Prefix + paymentId
            : Prefix + "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paymentId)));
    }

    // No delivery's id is the beginning of another's: the platform purges an instance's large messages by prefix of its id.
    // Hence the generation of every delivery, the first too, and its fixed width.
    public static string ForDelivery(string paymentId, int generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(generation, MaxGeneration);
        return ForPayment(paymentId) + "~" + generation.ToString("D4", CultureInfo.InvariantCulture);
    }

    public static int GenerationOf(string deliveryId)
    {
        return int.Parse(deliveryId.AsSpan(deliveryId.LastIndexOf('~') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public static string PaymentKeyOf(string deliveryId)
    {
        return deliveryId.LastIndexOf('~') is > 0 and var generation ? deliveryId[..generation] : deliveryId;
    }
}
