using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.Deliveries;

/// <summary>
/// The keys of payments and deliveries. A key is safe as an orchestration's instance id, as a table key and in a path.
/// <c>[decided]</c>
/// </summary>
public static class DeliveryIds
{
    /// <summary>The longest key, in characters: the limit of an orchestration's instance id.</summary>
    public const int MaxLength = 100;

    private const string Prefix = "np-";

    // Leaves room for "~" and a generation.
    private const int LongestPlainPaymentId = 64;

    // Not "~": it marks what is not a plain paymentId, so that no payment's key can be another's hash or generation.
    private static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    /// <summary>The key of a payment, also the id of its first delivery: <c>np-</c> and the paymentId, or its hash where it has unsafe characters.</summary>
    /// <param name="paymentId">The payment's id as Alipay+ assigned it.</param>
    public static string ForPayment(string paymentId)
    {
        ArgumentException.ThrowIfNullOrEmpty(paymentId);
        return paymentId.Length <= LongestPlainPaymentId && !paymentId.AsSpan().ContainsAnyExcept(_plain)
            ? Prefix + paymentId
            : Prefix + "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paymentId)));
    }

    /// <summary>The id of a payment's delivery.</summary>
    /// <param name="paymentId">The payment's id.</param>
    /// <param name="generation">1 for the first delivery; each redelivery, correction or repair has the next number.</param>
    public static string ForDelivery(string paymentId, int generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        var key = ForPayment(paymentId);
        return generation == 1 ? key : key + "~" + generation.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The key of the payment that a delivery belongs to.</summary>
    /// <param name="deliveryId">An id that <see cref="ForDelivery"/> made.</param>
    public static string PaymentKeyOf(string deliveryId)
    {
        ArgumentNullException.ThrowIfNull(deliveryId);
        // A hash has a "~" of its own right after the prefix.
        var generation = deliveryId.IndexOf('~', Math.Min(Prefix.Length + 1, deliveryId.Length));
        return generation < 0 ? deliveryId : deliveryId[..generation];
    }

    /// <summary>Which delivery of its payment a delivery is, from 1.</summary>
    /// <param name="deliveryId">An id that <see cref="ForDelivery"/> made.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static int GenerationOf(string deliveryId)
    {
        var key = PaymentKeyOf(deliveryId);
        return key.Length == deliveryId.Length ? 1 : int.Parse(deliveryId.AsSpan(key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
