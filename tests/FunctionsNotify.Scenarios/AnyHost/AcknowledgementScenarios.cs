using FunctionsNotify.Client;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

[Trait("Category", "any-host")]
public sealed class AcknowledgementScenarios(ITestOutputHelper output)
{
    [Fact]
    public async Task Deliver_SignedSuccess_IsDeliveredByOneSend()
    {
        var host = await Suite.HostAsync();
        var delivered = await host.DeliverAsync(Payment.Succeeded("acknowledged"), ScriptStep.Success);
        delivered.Is("Delivered", sends: 1).AttemptKinds("Acknowledged");
        Assert.Equal(("Acknowledged", "SUCCESS"), (delivered.Outcome.Cause, delivered.Outcome.ResultCode));
    }

    [Theory]
    [InlineData("RISK_REJECT")]
    [InlineData("MERCHANT_KYB_NOT_QUALIFIED")]
    public async Task Deliver_FailedPayment_IsDeliveredByOneSend(string resultCode)
    {
        var host = await Suite.HostAsync();
        (await host.DeliverAsync(Payment.Failed("failed", resultCode), ScriptStep.Success)).Is("Delivered", sends: 1);
    }

    [Fact]
    public async Task Deliver_UnknownThenSuccess_IsDeliveredBySecondSend()
    {
        var host = await Suite.HostAsync();
        var delivered = await host.DeliverAsync(Payment.Succeeded("unknown"), ScriptStep.Unknown(), ScriptStep.Success);
        delivered.Is("Delivered", sends: 2).AttemptKinds("Unknown", "Acknowledged").NotEarlierThan(host.Policy.RetryDelays, output);
    }

    [Fact]
    public async Task Deliver_SuccessOverHttp500_IsDelivered()
    {
        // A validly signed result counts whatever the HTTP status.
        var host = await Suite.HostAsync();
        (await host.DeliverAsync(Payment.Succeeded("signed500"), new ScriptStep { HttpStatus = 500 })).Is("Delivered", sends: 1);
    }

    [Theory]
    [InlineData("PROCESS_FAIL")]
    [InlineData("ORDER_NOT_EXIST")]
    [InlineData("SOME_CODE_NOBODY_KNOWS")]
    public async Task Deliver_BusinessFailure_IsRejectedByOneSend(string resultCode)
    {
        var host = await Suite.HostAsync();
        var delivered = await host.DeliverAsync(Payment.Succeeded("business"), ScriptStep.Failure(resultCode), ScriptStep.Success);
        delivered.Is("Rejected", sends: 1).AttemptKinds("Rejected");
        Assert.Equal(("Business", resultCode), (delivered.Outcome.Cause, delivered.Outcome.ResultCode));
    }

    [Fact]
    public async Task Deliver_ManyAtOnce_EachIsDeliveredByOneSend()
    {
        var host = await Suite.HostAsync();
        var payments = Enumerable.Range(0, 100).Select(_ => Payment.Succeeded("many")).ToList();
        await Task.WhenAll(payments.Select(host.EnqueueAsync));
        foreach (var payment in payments)
        {
            (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
        }
    }

    [Fact]
    public async Task Enqueue_ByTheClient_IsDeliveredAsWritten()
    {
        var host = await Suite.HostAsync();
        var queue = new PaymentNotificationQueue(host.Storage, host.NotificationsQueue);
        var payment = Payment.Succeeded("client");
        await queue.EnqueueAsync(payment.Body);
        (await host.EndAsync(payment, HostUnderTest.Patience)).Is("Delivered", sends: 1);
    }
}
