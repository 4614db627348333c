using CsCheck;

namespace FunctionsNotify.App.Tests.Core;

public sealed class DeliveryIdsTests
{
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
        Assert.Equal(["np-a", "np-a~2", "np-a~31"], new[] { 1, 2, 31 }.Select(generation => DeliveryIds.ForDelivery("a", generation)));

    [Fact]
    public void ForDelivery_AnyPaymentAndGeneration_IsSafeAndUnique() =>
        Gen.Select(Gen.String[1, 64], Gen.Int[1, int.MaxValue], Gen.String[1, 64], Gen.Int[1, int.MaxValue]).Sample((one, first, other, second) =>
        {
            var id = DeliveryIds.ForDelivery(one, first);
            Assert.InRange(id.Length, 4, DeliveryIds.MaxLength);
            Assert.DoesNotContain(id, character => character is '/' or '\\' or '#' or '?' || char.IsControl(character) || character > 126);
            Assert.Equal(one == other && first == second, id == DeliveryIds.ForDelivery(other, second));
        });
}
