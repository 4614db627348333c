using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.Deliveries;

// The keys of payments and deliveries. A key is safe as an orchestration's instance id, as a table key and in a path.
internal static class DeliveryIds
{
    public const int MaxLength = 100;

    private const string Prefix = "np-";

    // Leaves room for "~" and a generation.
    private const int LongestPlainPaymentId = 64;

    // Not "~": it marks what is not a plain paymentId, so that no payment's key can be another's hash or generation.
    private static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    // The key of a payment, also the id of its first delivery: np- and the paymentId, or its hash where it has unsafe
    // characters.
    public static string ForPayment(string paymentId)
    {
        ArgumentException.ThrowIfNullOrEmpty(paymentId);
        return paymentId.Length <= LongestPlainPaymentId && !paymentId.AsSpan().ContainsAnyExcept(_plain)
            ? Prefix + paymentId
            : Prefix + "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paymentId)));
    }

    public static string ForDelivery(string paymentId, int generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        var key = ForPayment(paymentId);
        return generation == 1 ? key : key + "~" + generation.ToString(CultureInfo.InvariantCulture);
    }

    public static string PaymentKeyOf(string deliveryId)
    {
        ArgumentNullException.ThrowIfNull(deliveryId);
        // A hash has a "~" of its own right after the prefix.
        var generation = deliveryId.IndexOf('~', Math.Min(Prefix.Length + 1, deliveryId.Length));
        return generation < 0 ? deliveryId : deliveryId[..generation];
    }

    public static int GenerationOf(string deliveryId)
    {
        var key = PaymentKeyOf(deliveryId);
        return key.Length == deliveryId.Length ? 1 : int.Parse(deliveryId.AsSpan(key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
