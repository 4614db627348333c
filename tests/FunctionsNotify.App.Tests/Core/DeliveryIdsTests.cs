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

    // Pinned: claims of more than a year are found by it.
    [Fact]
    public void ForPayment_UnsafeId_HasAlwaysTheSameHash() =>
        Assert.Equal("np-~c14cddc033f64b9dea80ea675cf280a015e672516090a5626781153dc68fea11", DeliveryIds.ForPayment("a/b"));

    [Fact]
    public void ForPayment_LongestPlainId_IsReadable()
    {
        var longest = new string('a', 64);
        Assert.Equal($"np-{longest}", DeliveryIds.ForPayment(longest));
        Assert.StartsWith("np-~", DeliveryIds.ForPayment(longest + "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void ForPayment_Nothing_IsRefused() => Assert.Throws<ArgumentException>(() => DeliveryIds.ForPayment(""));

    [Theory]
    [InlineData(0)]
    [InlineData(DeliveryIds.MaxGeneration + 1)]
    public void ForDelivery_GenerationBeyondTheWidth_IsRefused(int generation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DeliveryIds.ForDelivery("a", generation));

    [Fact]
    public void PaymentKeyOf_GenerationOf_AnyDelivery_AreItsParts() => Gen.Select(Gen.String[1, 64], _generations).Sample((paymentId, generation) =>
    {
        var id = DeliveryIds.ForDelivery(paymentId, generation);
        Assert.Equal((DeliveryIds.ForPayment(paymentId), generation), (DeliveryIds.PaymentKeyOf(id), DeliveryIds.GenerationOf(id)));
    });

    [Fact]
    public void PaymentKeyOf_KeyOfAPayment_IsTheSame() => Assert.Equal("np-a", DeliveryIds.PaymentKeyOf("np-a"));

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
