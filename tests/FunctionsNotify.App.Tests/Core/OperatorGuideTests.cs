namespace FunctionsNotify.App.Tests.Core;

/// <summary>Every state that lasts says what to do.</summary>
public sealed class OperatorGuideTests
{
    [Theory]
    [InlineData(VerificationStatus.BadSignature, "Alipay+'s signature does not verify: check its public key")]
    [InlineData(VerificationStatus.UnknownKeyVersion, "Alipay+'s signature does not verify: check its public key")]
    [InlineData(VerificationStatus.NotSigned, "not signed as they must be: check AlipayPlus__BaseUrl")]
    [InlineData(VerificationStatus.WrongClientId, "check AlipayPlus__ClientId")]
    public void ActionFor_AnswersWhoseSignatureDoesNotCount_SaysWhatToCheckAtOnceAndAtTheEnd(VerificationStatus fault, string action)
    {
        var result = Given.Result(AttemptKind.NoResult) with { SignatureFault = fault };

        Assert.Contains(action, OperatorGuide.ActionFor(Given.Delivery().Apply(result, Given.Start)), StringComparison.Ordinal);
        var ended = OperatorGuide.ActionFor(ToTheEnd(result));
        Assert.Contains(action, ended, StringComparison.Ordinal);
        Assert.Contains("deliver again", ended, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PostponeReason.Paused, "Operators have paused sending.")]
    [InlineData(PostponeReason.BreakerOpen, "most sends are held back")]
    [InlineData(PostponeReason.SignerThrottled, "The signing service asks us to slow down")]
    [InlineData(PostponeReason.LimiterFull, "Overload__MaxSendsPerSecond")]
    [InlineData(PostponeReason.RecordUnread, "check the storage account")]
    public void ActionFor_Postponed_SaysWhatItWaitsFor(PostponeReason reason, string action) => Assert.Contains(
        action,
        OperatorGuide.ActionFor(Given.Delivery().Apply(Given.Result(AttemptKind.Postponed) with { PostponeReason = reason }, Given.Start)),
        StringComparison.Ordinal);

    [Fact]
    public void ActionFor_PausedAfterAFault_SaysThatItIsPaused()
    {
        var sending = Given.Delivery().Apply(Given.Result(AttemptKind.NotSent), Given.Start).TimerFired();
        var paused = sending.Apply(Given.Result(AttemptKind.Postponed) with { PostponeReason = PostponeReason.Paused }, Given.Start);
        Assert.StartsWith("Operators have paused sending.", OperatorGuide.ActionFor(paused), StringComparison.Ordinal);
    }

    [Fact]
    public void ActionFor_NotSent_SaysToCheckKeyAndVault() =>
        Assert.Contains("Check the signing key, or the vault's address", OperatorGuide.ActionFor(Given.Delivery().Apply(Given.Result(AttemptKind.NotSent), Given.Start)), StringComparison.Ordinal);

    // What a retry usually heals needs nobody.
    [Theory]
    [InlineData(AttemptKind.NoResult)]
    [InlineData(AttemptKind.Unknown)]
    public void ActionFor_NoAnswer_SaysNothingUntilItLasts(AttemptKind kind)
    {
        var delivery = Given.Delivery();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            delivery = delivery.Apply(Given.Result(kind), Given.Start);
            Assert.Equal(attempt < 3, OperatorGuide.ActionFor(delivery) is null);
            delivery = delivery.TimerFired();
        }
    }

    [Theory]
    [InlineData(AttemptKind.NoResult, "Check AlipayPlus__BaseUrl and the network")]
    [InlineData(AttemptKind.Unknown, "If many payments stay so, contact Alipay+")]
    public void ActionFor_NoAnswerThatLasts_SaysWhereToLook(AttemptKind kind, string action)
    {
        var delivery = Given.Delivery();
        for (var attempt = 1; attempt < 3; attempt++)
        {
            delivery = delivery.Apply(Given.Result(kind), Given.Start).TimerFired();
        }

        Assert.Contains(action, OperatorGuide.ActionFor(delivery.Apply(Given.Result(kind), Given.Start)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AttemptKind.Acknowledged, null)]
    [InlineData(AttemptKind.Rejected, "look the code up")]
    [InlineData(AttemptKind.Unknown, "find why from the attempts. Then deliver again")]
    [InlineData(AttemptKind.NoResult, "the last attempt says what came.")]
    [InlineData(AttemptKind.NotSent, "Check the signing key")]
    [InlineData(AttemptKind.SetupRejected, "Check our key")]
    public void ActionFor_EveryEndButDelivered_SaysWhatToDo(AttemptKind kind, string? action)
    {
        var result = Given.Result(kind, kind == AttemptKind.SetupRejected ? "KEY_NOT_FOUND" : null) with { ResultStatus = "F" };
        var said = OperatorGuide.ActionFor(ToTheEnd(result));
        Assert.Equal(action is null, said is null);
        Assert.Contains(action ?? "", said ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void ActionFor_Cancelled_SaysThatAlipayMustLearnItOtherwise()
    {
        var cancelled = Given.Delivery().Apply(Given.Result(AttemptKind.Unknown), Given.Start).Apply(Given.Command(CommandKind.Cancel), Given.Start);
        Assert.Contains("make sure that Alipay+ learns the result another way", OperatorGuide.ActionFor(cancelled), StringComparison.Ordinal);
    }

    private static Delivery ToTheEnd(AttemptResult result)
    {
        var delivery = Given.Delivery();
        while (delivery.Phase != DeliveryPhase.Final)
        {
            delivery = delivery.Phase == DeliveryPhase.Waiting ? delivery.TimerFired() : delivery.Apply(result, Given.Start);
        }

        return delivery;
    }
}
