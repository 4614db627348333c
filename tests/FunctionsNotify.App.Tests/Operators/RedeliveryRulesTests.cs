using CsCheck;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class RedeliveryRulesTests
{
    private static readonly string[] _codes = ["RISK_REJECT", "PROCESS_FAIL", "MERCHANT_KYB_NOT_QUALIFIED"];

    private static readonly Gen<Claim> _claim = Gen.Select(Gen.Enum<DeliveryState>(), Gen.Int[1, 40], Gen.Bool, (state, generation, success) => GivenClaim.Of(state, GivenClaim.Body(status: success ? "S" : "F")) with
    {
        Generation = generation,
        DeliveryId = DeliveryIds.ForDelivery("p-1", generation),
        Duplicates = 3,
    });

    private static readonly Gen<byte[]?> _body = Gen.Frequency(
        (3, Gen.Const((byte[]?)null)),
        (5, Gen.Select(Gen.OneOf("p-1", "p-2"), Gen.OneOf("S", "F"), Gen.OneOf("r-1", "r-2", null!), Gen.OneOf(_codes), (id, status, request, code) => (byte[]?)GivenClaim.Body(id, status, request, code))),
        (1, Gen.Byte.Array[0, 30].Select(bytes => (byte[]?)bytes)));

    private static readonly Gen<RedeliveryRequest> _request = Gen.Select(_body, Gen.Bool, Gen.OneOf(null!, "key-1", "key-2"), (body, force, key) => new RedeliveryRequest(GivenClaim.By)
    {
        Body = body is null ? null : (ReadOnlyMemory<byte>?)body,
        Force = force,
        IdempotencyKey = key,
    });

    [Fact]
    public void Judge_AnyWishes_KeepTheInvariants() => Gen.Select(_claim, _request.Array[1, 12]).Sample((first, requests) =>
    {
        var (claim, number) = (first, 0);
        var status = Status(claim.Body);
        var made = new Dictionary<string, ClaimChange>();
        foreach (var request in requests)
        {
            var decision = RedeliveryRules.Judge(claim, request, $"change-{number++}", GivenClaim.Now);
            switch (decision)
            {
                case RedeliveryDecision.Make { Next: var next }:
                    Assert.NotEqual(DeliveryState.Open, claim.State);
                    Assert.True(claim.State != DeliveryState.Delivered || request.Force);
                    Assert.Equal((claim.Generation + 1, DeliveryState.Open, null), (next.Generation, next.State, next.EndedAt));
                    Assert.Equal(DeliveryIds.ForDelivery("p-1", next.Generation), next.DeliveryId);
                    Assert.Equal((claim.PaymentId, claim.PaymentRequestId, claim.AcceptedAt, claim.FirstMessageId, claim.Duplicates), (next.PaymentId, next.PaymentRequestId, next.AcceptedAt, next.FirstMessageId, next.Duplicates));

                    // Every body ever accepted stays known; the one that is sent is among them, and tells the same result.
                    Assert.Superset(claim.BodyHashes.ToHashSet(), next.BodyHashes.ToHashSet());
                    Assert.Contains(GivenClaim.Hash(next.Body.ToArray()), next.BodyHashes);
                    Assert.Equal(next.BodyHashes.Length, next.BodyHashes.Distinct().Count());
                    Assert.Equal(status, Status(next.Body));
                    Assert.Equal(request.Body is { } given ? given.ToArray() : claim.Body.ToArray(), next.Body.ToArray());

                    var change = next.History[^1];
                    Assert.Equal((next.DeliveryId, next.Generation, request.IdempotencyKey), (change.DeliveryId, change.Generation, change.IdempotencyKey));
                    if (request.IdempotencyKey is { } key)
                    {
                        // A key makes one redelivery.
                        Assert.True(made.TryAdd(key, change));
                    }

                    claim = next with { State = DeliveryState.Exhausted, EndedAt = GivenClaim.Now };
                    break;

                case RedeliveryDecision.Repeat { Made: var repeated }:
                    Assert.Equal(made[request.IdempotencyKey!], repeated);
                    break;

                case RedeliveryDecision.Refuse { Answer: RedeliveryAnswer.KeyTaken }:
                    Assert.Contains(request.IdempotencyKey!, made.Keys);
                    break;
            }
        }
    });

    [Theory]
    [InlineData(DeliveryState.Rejected, false, true)]
    [InlineData(DeliveryState.Exhausted, false, true)]
    [InlineData(DeliveryState.Cancelled, false, true)]
    [InlineData(DeliveryState.Delivered, false, false)]
    [InlineData(DeliveryState.Delivered, true, true)]
    [InlineData(DeliveryState.Open, false, false)]
    [InlineData(DeliveryState.Open, true, false)]
    public void Judge_State_DecidesWithForce(DeliveryState state, bool force, bool expected) =>
        Assert.Equal(expected, Judge(GivenClaim.Of(state), new RedeliveryRequest(GivenClaim.By) { Force = force }) is RedeliveryDecision.Make);

    [Theory]
    [InlineData("p-2", "F", "r-1", "body.paymentId")]
    [InlineData("p-1", "F", "r-2", "body.paymentRequestId")]
    [InlineData("p-1", "F", null, "body.paymentRequestId")]
    [InlineData("p-1", "S", "r-1", "body.paymentResult.resultStatus")]
    public void Judge_CorrectionOfWhatMayNotChange_IsRefusedAlsoByForce(string paymentId, string status, string? requestId, string field)
    {
        foreach (var force in new[] { false, true })
        {
            var decision = Judge(GivenClaim.Of(), new RedeliveryRequest(GivenClaim.By) { Force = force, Body = GivenClaim.Body(paymentId, status, requestId) });

            var invalid = Assert.IsType<RedeliveryAnswer.Invalid>(Assert.IsType<RedeliveryDecision.Refuse>(decision).Answer);
            Assert.Equal([field], invalid.Errors.Keys);
        }
    }

    [Fact]
    public void Judge_CorrectionThatBreaksFieldRules_NamesThem()
    {
        var decision = Judge(GivenClaim.Of(), new RedeliveryRequest(GivenClaim.By) { Body = """{"paymentId":"p-1","paymentResult":{"resultStatus":"U","resultCode":"X"}}"""u8.ToArray() });

        var invalid = Assert.IsType<RedeliveryAnswer.Invalid>(Assert.IsType<RedeliveryDecision.Refuse>(decision).Answer);
        Assert.Contains("body.paymentResult.resultStatus", invalid.Errors.Keys);
    }

    [Fact]
    public void Judge_CorrectionOfAnEarlierContent_SendsItsBytesAndKeepsBothHashesOnce()
    {
        var (first, second) = (GivenClaim.Body(), GivenClaim.Body(code: "PROCESS_FAIL"));
        var corrected = Next(Judge(GivenClaim.Of(body: first), new RedeliveryRequest(GivenClaim.By) { Body = second })) with { State = DeliveryState.Rejected };

        var back = Next(Judge(corrected, new RedeliveryRequest(GivenClaim.By) { Body = first }));

        Assert.Equal(first, back.Body.ToArray());
        Assert.Equal([GivenClaim.Hash(first), GivenClaim.Hash(second)], back.BodyHashes.ToArray());
        Assert.Equal((3, ClaimChangeKind.Correction), (back.Generation, back.History[^1].Kind));
    }

    [Fact]
    public void Judge_SameKeyOtherBody_IsRefused()
    {
        var made = Next(Judge(GivenClaim.Of(), new RedeliveryRequest(GivenClaim.By) { IdempotencyKey = "k" }));

        Assert.IsType<RedeliveryDecision.Repeat>(Judge(made, new RedeliveryRequest(GivenClaim.By) { IdempotencyKey = "k" }));
        var refused = Assert.IsType<RedeliveryDecision.Refuse>(Judge(made, new RedeliveryRequest(GivenClaim.By) { IdempotencyKey = "k", Body = GivenClaim.Body() }));
        Assert.IsType<RedeliveryAnswer.KeyTaken>(refused.Answer);
    }

    [Fact]
    public void Judge_MoreBodiesThanARowHolds_IsRefused()
    {
        var claim = GivenClaim.Of();
        claim = claim with { BodyHashes = [.. claim.BodyHashes, .. Enumerable.Range(0, RedeliveryRules.MaxBodies - 1).Select(number => $"{number}")] };

        var decision = Judge(claim, new RedeliveryRequest(GivenClaim.By) { Body = GivenClaim.Body(code: "PROCESS_FAIL") });

        Assert.IsType<RedeliveryAnswer.Invalid>(Assert.IsType<RedeliveryDecision.Refuse>(decision).Answer);
        Assert.IsType<RedeliveryDecision.Make>(Judge(claim, new RedeliveryRequest(GivenClaim.By) { Body = GivenClaim.Body() }));
    }

    [Fact]
    public void Judge_OtherDeliveryThanWasMeant_IsSuperseded()
    {
        var request = new RedeliveryRequest(GivenClaim.By) { Force = true, OnlyDeliveries = new HashSet<string> { "np-p-1" } };
        var claim = GivenClaim.Of(DeliveryState.Delivered);

        Assert.IsType<RedeliveryDecision.Make>(Judge(claim, request));
        var later = Assert.IsType<RedeliveryDecision.Refuse>(Judge(claim with { DeliveryId = "np-p-1~2", Generation = 2 }, request));
        Assert.Equal(new RedeliveryAnswer.Superseded(DeliveryState.Delivered), later.Answer);
    }

    [Fact]
    public void Intake_AfterACorrection_TakesALateMessageWithEitherBodyForADuplicate()
    {
        var (first, second) = (GivenClaim.Body(), GivenClaim.Body(code: "PROCESS_FAIL"));
        var corrected = Next(Judge(GivenClaim.Of(body: first), new RedeliveryRequest(GivenClaim.By) { Body = second }));

        Assert.Equal(ClaimRelation.KnownOpen, IntakeRules.Relate(corrected, GivenClaim.Of(body: first) with { FirstMessageId = "late" }));
        Assert.Equal(ClaimRelation.KnownOpen, IntakeRules.Relate(corrected, GivenClaim.Of(body: second) with { FirstMessageId = "late" }));
        Assert.Equal(ClaimRelation.Conflict, IntakeRules.Relate(corrected, GivenClaim.Of(body: GivenClaim.Body(code: "OTHER"))));
    }

    private static RedeliveryDecision Judge(Claim claim, RedeliveryRequest request) => RedeliveryRules.Judge(claim, request, "change", GivenClaim.Now);

    private static Claim Next(RedeliveryDecision decision) => Assert.IsType<RedeliveryDecision.Make>(decision).Next;

    private static string Status(ReadOnlyMemory<byte> body) => AlipayPlus.NotificationReader.Read(body).Notification!.PaymentResult.ResultStatus;
}
