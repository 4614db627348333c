using CsCheck;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class RedeliveryRulesTests
{
    private static readonly string[] _codes = ["RISK_REJECT", "PROCESS_FAIL", "MERCHANT_KYB_NOT_QUALIFIED"];

    private static readonly Gen<Claim> _claim = Gen.Select(Gen.Enum<DeliveryState>(), Gen.Int[1, 40], Gen.Bool, (state, generation, success) =>
        OperatorWorld.ClaimIn(state, OperatorWorld.Body(status: success ? "S" : "F")) with { Generation = generation, DeliveryId = DeliveryIds.ForDelivery("p-1", generation) });

    private static readonly Gen<byte[]?> _body = Gen.Frequency(
        (3, Gen.Const((byte[]?)null)),
        (5, Gen.Select(Gen.OneOf("p-1", "p-2"), Gen.OneOf("S", "F"), Gen.OneOf("r-1", "r-2", null!), Gen.OneOf(_codes), (id, status, request, code) => (byte[]?)OperatorWorld.Body(id, status, request, code))),
        (1, Gen.Byte.Array[0, 30].Select(bytes => (byte[]?)bytes)));

    private static readonly Gen<(DeliveryStand Stand, RedeliveryRequest Request)> _wish = Gen.Select(
        _body, Gen.Bool, Gen.OneOf(null!, "key-1", "key-2"), Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))), Gen.Enum<DeliveryStand>(),
        (body, force, key, isRepair, stand) => (stand, new RedeliveryRequest(OperatorWorld.By)
        {
            IsRepair = isRepair,
            Body = body is null || isRepair ? null : (ReadOnlyMemory<byte>?)body,
            Force = force,
            IdempotencyKey = isRepair ? null : key,
        }));

    [Fact]
    public void Judge_AnyWishes_KeepTheInvariants() => Gen.Select(_claim, _wish.Array[1, 12]).Sample((first, wishes) =>
    {
        var (claim, number) = (first, 0);
        var status = Status(claim.Body);
        var made = new Dictionary<string, ClaimChange>();
        foreach (var (stand, request) in wishes)
        {
            var (answer, next) = RedeliveryRules.Judge(claim, stand, request, new RetentionPolicy(), $"change-{number++}", OperatorWorld.Now);
            if (next is null)
            {
                Assert.NotEqual(AnswerKind.Done, answer.Kind);
                if (answer.Kind == AnswerKind.Repeated)
                {
                    Assert.Equal(made[request.IdempotencyKey!].DeliveryId, ((NewDelivery)answer.Value!).DeliveryId);
                }

                continue;
            }

            Assert.Equal(AnswerKind.Done, answer.Kind);
            if (ReferenceEquals(next, claim))
            {
                Assert.True(request.IsRepair && claim.State == DeliveryState.Open && stand == DeliveryStand.NotStarted);
                continue;
            }

            // A delivery that is open is replaced by a repair only, and one that may live only by force.
            Assert.True(claim.State != DeliveryState.Open || request.IsRepair);
            Assert.True(claim.State != DeliveryState.Open || stand is DeliveryStand.Broken or DeliveryStand.Completed || (request.Force && stand is DeliveryStand.Late or DeliveryStand.Unreadable));
            Assert.True(claim.State == DeliveryState.Open || !request.IsRepair);
            Assert.True(claim.State != DeliveryState.Delivered || request.Force);
            Assert.Equal((claim.Generation + 1, DeliveryState.Open, null), (next.Generation, next.State, next.EndedAt));
            Assert.Equal(DeliveryIds.ForDelivery("p-1", next.Generation), next.DeliveryId);
            Assert.Equal((claim.PaymentId, claim.PaymentRequestId, claim.AcceptedAt, claim.FirstMessageId, claim.Duplicates), (next.PaymentId, next.PaymentRequestId, next.AcceptedAt, next.FirstMessageId, next.Duplicates));

            // Every body ever accepted stays known; the one that is sent is among them, and tells the same result.
            Assert.Superset(claim.BodyHashes.ToHashSet(), next.BodyHashes.ToHashSet());
            Assert.Contains(OperatorWorld.Hash(next.Body.ToArray()), next.BodyHashes);
            Assert.Equal(next.BodyHashes.Length, next.BodyHashes.Distinct().Count());
            Assert.Equal(status, Status(next.Body));
            Assert.Equal(request.Body is { } given ? given.ToArray() : claim.Body.ToArray(), next.Body.ToArray());

            var change = next.History[^1];
            Assert.Equal((next.DeliveryId, next.Generation, request.Kind, request.IdempotencyKey), (change.DeliveryId, change.Generation, change.Kind, change.IdempotencyKey));
            if (request.IdempotencyKey is { } key)
            {
                // A key makes one redelivery.
                Assert.True(made.TryAdd(key, change));
            }

            claim = next with { State = DeliveryState.Exhausted, EndedAt = OperatorWorld.Now };
        }
    });

    [Theory]
    [InlineData(DeliveryState.Rejected, false, AnswerKind.Done)]
    [InlineData(DeliveryState.Exhausted, false, AnswerKind.Done)]
    [InlineData(DeliveryState.Cancelled, false, AnswerKind.Done)]
    [InlineData(DeliveryState.Delivered, false, AnswerKind.Delivered)]
    [InlineData(DeliveryState.Delivered, true, AnswerKind.Done)]
    [InlineData(DeliveryState.Open, true, AnswerKind.Open)]
    public void Judge_RedeliveryInAState_DecidesWithForce(DeliveryState state, bool force, AnswerKind expected) =>
        Assert.Equal(expected, Judge(OperatorWorld.ClaimIn(state), new RedeliveryRequest(OperatorWorld.By) { Force = force }).Answer.Kind);

    [Theory]
    [InlineData(DeliveryStand.InHand, false, AnswerKind.NotBroken)]
    [InlineData(DeliveryStand.InHand, true, AnswerKind.NotBroken)]
    [InlineData(DeliveryStand.NotStarted, false, AnswerKind.Done)]
    [InlineData(DeliveryStand.Completed, false, AnswerKind.Done)]
    [InlineData(DeliveryStand.Broken, false, AnswerKind.Done)]
    [InlineData(DeliveryStand.Late, false, AnswerKind.NotBroken)]
    [InlineData(DeliveryStand.Late, true, AnswerKind.Done)]
    [InlineData(DeliveryStand.Unreadable, false, AnswerKind.NotBroken)]
    [InlineData(DeliveryStand.Unreadable, true, AnswerKind.Done)]
    public void Judge_RepairOfAnOpenDelivery_DecidesByHowItStands(DeliveryStand stand, bool force, AnswerKind expected) =>
        Assert.Equal(expected, Judge(OperatorWorld.ClaimIn(DeliveryState.Open), new RedeliveryRequest(OperatorWorld.By) { IsRepair = true, Force = force }, stand).Answer.Kind);

    [Theory]
    [InlineData("p-2", "F", "r-1", "body.paymentId")]
    [InlineData("p-1", "F", "r-2", "body.paymentRequestId")]
    [InlineData("p-1", "F", null, "body.paymentRequestId")]
    [InlineData("p-1", "S", "r-1", "body.paymentResult.resultStatus")]
    public void Judge_CorrectionOfWhatMayNotChange_IsRefusedAlsoByForce(string paymentId, string status, string? requestId, string field)
    {
        foreach (var force in new[] { false, true })
        {
            var answer = Judge(OperatorWorld.ClaimIn(), new RedeliveryRequest(OperatorWorld.By) { Force = force, Body = OperatorWorld.Body(paymentId, status, requestId) }).Answer;

            Assert.Equal([field], answer.Errors.Keys);
        }
    }

    [Fact]
    public void Judge_CorrectionOfAnEarlierContent_SendsItsBytesAndKeepsBothHashesOnce()
    {
        var (first, second) = (OperatorWorld.Body(), OperatorWorld.Body(code: "PROCESS_FAIL"));
        var corrected = Judge(OperatorWorld.ClaimIn(body: first), new RedeliveryRequest(OperatorWorld.By) { Body = second }).Next! with { State = DeliveryState.Rejected };

        var back = Judge(corrected, new RedeliveryRequest(OperatorWorld.By) { Body = first }).Next!;

        Assert.Equal(first, back.Body.ToArray());
        Assert.Equal([OperatorWorld.Hash(first), OperatorWorld.Hash(second)], back.BodyHashes.ToArray());
        Assert.Equal((3, ClaimChangeKind.Correction), (back.Generation, back.History[^1].Kind));
    }

    [Fact]
    public void Judge_SameKeyOtherBody_IsRefused()
    {
        var made = Judge(OperatorWorld.ClaimIn(), new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = "k" }).Next!;

        Assert.Equal(AnswerKind.Repeated, Judge(made, new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = "k" }).Answer.Kind);
        Assert.Equal(AnswerKind.KeyTaken, Judge(made, new RedeliveryRequest(OperatorWorld.By) { IdempotencyKey = "k", Body = OperatorWorld.Body() }).Answer.Kind);
    }

    [Fact]
    public void Judge_MoreBodiesThanARowHolds_IsRefused()
    {
        var claim = OperatorWorld.ClaimIn();
        claim = claim with { BodyHashes = [.. claim.BodyHashes, .. Enumerable.Range(0, RedeliveryRules.MaxBodies - 1).Select(number => $"{number}")] };

        Assert.Equal(["body"], Judge(claim, new RedeliveryRequest(OperatorWorld.By) { Body = OperatorWorld.Body(code: "PROCESS_FAIL") }).Answer.Errors.Keys);
        Assert.NotNull(Judge(claim, new RedeliveryRequest(OperatorWorld.By) { Body = OperatorWorld.Body() }).Next);
    }

    [Fact]
    public void Judge_OtherDeliveryThanWasMeant_IsSuperseded()
    {
        var request = new RedeliveryRequest(OperatorWorld.By) { Force = true, OnlyDeliveries = new HashSet<string> { OperatorWorld.First } };
        var claim = OperatorWorld.ClaimIn(DeliveryState.Delivered);

        Assert.NotNull(Judge(claim, request).Next);
        Assert.Equal(AnswerKind.Superseded, Judge(claim with { DeliveryId = OperatorWorld.Second, Generation = 2 }, request).Answer.Kind);
    }

    private static (Answer Answer, Claim? Next) Judge(Claim claim, RedeliveryRequest request, DeliveryStand stand = DeliveryStand.InHand) =>
        RedeliveryRules.Judge(claim, stand, request, new RetentionPolicy(), "change", OperatorWorld.Now);

    private static string Status(ReadOnlyMemory<byte> body) => NotificationReader.Read(body).Notification!.PaymentResult.ResultStatus;
}
