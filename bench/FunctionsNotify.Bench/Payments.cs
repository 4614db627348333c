using System.Text;

namespace FunctionsNotify.Bench;

/// <summary>Payments to notify of; each has an id of its own over all runs.</summary>
internal static class Payments
{
    private static readonly string Run = Guid.NewGuid().ToString("N")[..10];
    private static int _count;

    public static (string PaymentId, byte[] Body)[] Make(int count)
    {
        var made = new (string PaymentId, byte[] Body)[count];
        for (var index = 0; index < count; index++)
        {
            var id = FormattableString.Invariant($"bench{Run}{++_count:D8}");
            made[index] = (id, Encoding.UTF8.GetBytes(
                $$"""{"paymentResult":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"},"paymentId":"{{id}}","paymentRequestId":"pay_{{id}}","paymentTime":"2026-01-01T12:01:01+08:30"}"""));
        }

        return made;
    }
}
