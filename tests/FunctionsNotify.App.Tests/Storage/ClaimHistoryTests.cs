using System.Collections.Immutable;
using CsCheck;

namespace FunctionsNotify.App.Tests.Core;

public sealed class ClaimHistoryTests
{
    // What JSON escapes is the longest that a text can become.
    private static readonly Gen<string> _text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 200], Gen.Const(new string('"', 200)), Gen.Const(new string('\u2028', 200)));

    private static readonly Gen<ClaimChange> _change = Gen.Select(
        Gen.Guid, Gen.Enum<ClaimChangeKind>(), Gen.Int[2, DeliveryIds.MaxGeneration], _text.Null(), _text.Null(),
        (id, kind, generation, actor, reason) => new ClaimChange
        {
            Id = id.ToString(),
            Kind = kind,
            DeliveryId = DeliveryIds.ForDelivery("p-1", generation),
            Generation = generation,
            At = DateTimeOffset.UnixEpoch.AddSeconds(generation),
            Actor = actor,
            Reason = reason,
            IdempotencyKey = actor,
        });

    [Fact]
    public void Add_AnyChanges_KeepsTheNewestWithinTheBoundsAndReadsThemBack() => _change.Array[1, 60].Sample(changes =>
    {
        var history = changes.Aggregate(ImmutableArray<ClaimChange>.Empty, ClaimHistory.Add);

        Assert.InRange(history.Length, 1, ClaimHistory.MaxChanges);
        Assert.InRange(ClaimHistory.Write(history).Length, 1, ClaimHistory.MaxLength);
        Assert.Equal(changes[^history.Length..], history.ToArray());
        Assert.Equal(history.ToArray(), ClaimHistory.Read(ClaimHistory.Write(history)).ToArray());
    });

    [Fact]
    public void Add_PlainTexts_KeepsTwenty()
    {
        var change = new ClaimChange
        {
            Id = Guid.Empty.ToString(),
            Kind = ClaimChangeKind.Correction,
            DeliveryId = new string('d', DeliveryIds.MaxLength),
            Generation = 2,
            At = DateTimeOffset.UnixEpoch,
            Actor = new string('a', 64),
            Reason = new string('r', 200),
            IdempotencyKey = new string('k', 64),
            BodyHash = new string('b', 64),
        };

        var history = Enumerable.Repeat(change, 30).Aggregate(ImmutableArray<ClaimChange>.Empty, ClaimHistory.Add);

        Assert.Equal(ClaimHistory.MaxChanges, history.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    public void Read_Nothing_IsEmpty(string? json) => Assert.Empty(ClaimHistory.Read(json));

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(3, 2, 0)]
    [InlineData(30, 20, 9)]
    public void EarlierChanges_ByGeneration_CountsWhatWasLeftOut(int generation, int kept, int earlier) => Assert.Equal(earlier, new Claim
    {
        PaymentId = "p-1",
        DeliveryId = "np-p-1",
        Generation = generation,
        Body = default,
        BodyHashes = ["h"],
        FirstMessageId = "m",
        AcceptedAt = DateTimeOffset.UnixEpoch,
        History = [.. Enumerable.Range(0, kept).Select(number => new ClaimChange { Id = $"{number}", Kind = ClaimChangeKind.Repair, DeliveryId = "d", Generation = 2, At = DateTimeOffset.UnixEpoch })],
    }.EarlierChanges);
}
