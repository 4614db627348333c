using System.Text.Json;
using CsCheck;

namespace FunctionsNotify.Cli.Tests;

/// <summary>The calls of a bulk redelivery are the filter, all of it, once.</summary>
public sealed class BulkPartTests
{
    private static readonly DateTimeOffset _from = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static JsonElement Item(DateTimeOffset at) => JsonSerializer.SerializeToElement(new { acceptedAt = at });

    [Fact]
    public void Of_AnyList_PartsCoverTheFilterWithoutOverlap() => Gen.Int[0, 400].Array[0, 700].Sample(
        seconds =>
        {
            var filter = new DeliveryFilter("Exhausted", "CODE", _from, _from.AddHours(1));
            var times = seconds.Select(second => _from.AddSeconds(second)).ToList();

            var parts = BulkPart.Of(filter, [.. times.Select(Item)]);

            if (times.Count == 0)
            {
                Assert.Empty(parts);
                return;
            }

            Assert.Equal((filter.To, filter.From), (parts[0].Filter!.To, parts[^1].Filter!.From));
            Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.Equal(pair.First.Filter!.From, pair.Second.Filter!.To));
            Assert.All(parts, part => Assert.Equal(part.Count, times.Count(time => time >= part.Filter!.From && time < part.Filter.To)));
            Assert.All(parts, part => Assert.Equal(("Exhausted", "CODE"), (part.Filter!.State, part.Filter.ResultCode)));
            Assert.All(parts.SkipLast(1), part => Assert.True(part.Count >= 100));
        },
        iter: 50);

    [Fact]
    public void Of_Ids_AreAHundredToACall() =>
        Assert.Equal([100, 100, 50], BulkPart.Of([.. Enumerable.Range(0, 250).Select(number => $"p{number}")]).Select(part => part.PaymentIds!.Count));
}
