using CsCheck;

namespace FunctionsNotify.App.Tests.Core;

public sealed class DeliveryIdsTests
{
    private static readonly Gen<int> _generations = Gen.Int[1, DeliveryIds.MaxGeneration];

    [Fact]
    public void ForPayment_PlainId_IsReadable() => Assert.Equal("np-2026_03.01:a-Z", DeliveryIds.ForPayment("2026_03.01:a-Z"));

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a~2")]
    [InlineData("a b")]
    [InlineData("payé")]
    public void ForPayment_UnsafeId_IsHashed(string paymentId) => Assert.StartsWith("np-~", DeliveryIds.ForPayment(paymentId), StringComparison.Ordinal);

    [Fact]
    public void ForDelivery_Generations_AreTold() =>
        Assert.Equal(["np-a~0001", "np-a~0002", "np-a~0031"], new[] { 1, 2, 31 }.Select(generation => DeliveryIds.ForDelivery("a", generation)));

    [Fact]
    public void ForDelivery_BeyondTheWidth_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DeliveryIds.ForDelivery("a", DeliveryIds.MaxGeneration + 1));

    // The platform purges an instance's large messages by prefix of its id.
    [Fact]
    public void ForDelivery_PaymentThatBeginsWithAnother_HasNoIdThatBeginsWithTheOthers() =>
        Gen.Select(Gen.String[1, 63], _generations, Gen.String[0, 3], _generations).Sample((one, first, more, second) =>
        {
            var (id, other) = (DeliveryIds.ForDelivery(one, first), DeliveryIds.ForDelivery(one + more, second));
            Assert.Equal(id == other, other.StartsWith(id, StringComparison.Ordinal));
        });

    [Fact]
    public void ForDelivery_AnyPaymentAndGeneration_IsSafeAndUnique() =>
        Gen.Select(Gen.String[1, 64], _generations, Gen.String[1, 64], _generations).Sample((one, first, other, second) =>
        {
            var id = DeliveryIds.ForDelivery(one, first);
            Assert.InRange(id.Length, 4, DeliveryIds.MaxLength);
            Assert.DoesNotContain(id, character => character is '/' or '\\' or '#' or '?' || char.IsControl(character) || character > 126);
            Assert.Equal(one == other && first == second, id == DeliveryIds.ForDelivery(other, second));
        });
}
