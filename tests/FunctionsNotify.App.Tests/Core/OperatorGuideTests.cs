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
    public void ActionFor_Postponed_SaysWhatItWaitsFor(PostponeReason reason, string action) => Assert.Contains(
        action,
        OperatorGuide.ActionFor(Given.Delivery().Apply(Given.Result(AttemptKind.Postponed) with { PostponeReason = reason }, Given.Start)),
        StringComparison.Ordinal);

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
    [InlineData(AttemptKind.Unknown)]
    [InlineData(AttemptKind.NoResult)]
    [InlineData(AttemptKind.NotSent)]
    [InlineData(AttemptKind.SetupRejected)]
    public void ActionFor_EveryEndButDelivered_SaysWhatToDo(AttemptKind kind) => Assert.NotNull(OperatorGuide.ActionFor(ToTheEnd(Given.Result(kind))));

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
