using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>Our key, client id, URL or headers are wrong: waiting payments heal by themselves once that is mended.</summary>
[Trait("Category", "any-host")]
public sealed class SetupScenarios(ITestOutputHelper output)
{
    [Theory]
    [InlineData("KEY_NOT_FOUND", AnswerSigning.None)]
    [InlineData("INVALID_SIGNATURE", AnswerSigning.WrongKey)]
    [InlineData("INVALID_CLIENT", AnswerSigning.Valid)]
    public async Task Deliver_SetupRefusedThenMended_IsDeliveredAfterTheFloor(string resultCode, AnswerSigning signing)
    {
        var host = await Suite.HostAsync();
        var refusal = ScriptStep.Failure(resultCode) with { Signing = signing };
        var delivered = await host.DeliverAsync(Payment.Succeeded("setup"), refusal, refusal, ScriptStep.Success);
        delivered.Is("Delivered", sends: 3)
            .AttemptKinds("SetupRejected", "SetupRejected", "Acknowledged")
            .NotEarlierThan([host.Policy.SetupFloor, host.Policy.SetupFloor], output);
        Assert.Equal(resultCode, delivered.Outcome.Attempts[0].Result.ResultCode);
    }
}
