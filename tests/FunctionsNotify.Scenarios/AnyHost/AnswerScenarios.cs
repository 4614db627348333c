using System.Globalization;
using FunctionsNotify.Client;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>A signed result ends the delivery, or a U is tried again.</summary>
public sealed class AcknowledgementScenarios(ITestOutputHelper output) : SharedHostScenarios
{
    [Fact]
    public async Task Deliver_SignedSuccess_IsDeliveredByOneSend()
    {
        var delivered = await Host.DeliverAsync(Payment.Succeeded("acknowledged"), ScriptStep.Success);
        delivered.Is("Delivered", sends: 1).AttemptKinds("Acknowledged");
        Assert.Equal(("Acknowledged", "SUCCESS"), (delivered.Outcome.Cause, delivered.Outcome.ResultCode));
    }

    [Theory]
    [InlineData("RISK_REJECT")]
    [InlineData("MERCHANT_KYB_NOT_QUALIFIED")]
    public async Task Deliver_FailedPayment_IsDeliveredByOneSend(string resultCode) =>
        (await Host.DeliverAsync(Payment.Failed("failed", resultCode), ScriptStep.Success)).Is("Delivered", sends: 1);

    [Fact]
    public async Task Deliver_UnknownThenSuccess_IsDeliveredBySecondSend() =>
        (await Host.DeliverAsync(Payment.Succeeded("unknown"), ScriptStep.Unknown(), ScriptStep.Success))
            .Is("Delivered", sends: 2).AttemptKinds("Unknown", "Acknowledged").NotEarlierThan(Host.Policy.RetryDelays, output);

    [Fact]
    public async Task Deliver_SuccessOverHttp500_IsDelivered() =>
        // A validly signed result counts whatever the HTTP status.
        (await Host.DeliverAsync(Payment.Succeeded("signed500"), new ScriptStep { HttpStatus = 500 })).Is("Delivered", sends: 1);

    [Theory]
    [InlineData("PROCESS_FAIL")]
    [InlineData("ORDER_NOT_EXIST")]
    [InlineData("SOME_CODE_NOBODY_KNOWS")]
    public async Task Deliver_BusinessFailure_IsRejectedByOneSend(string resultCode)
    {
        var delivered = await Host.DeliverAsync(Payment.Succeeded("business"), ScriptStep.Failure(resultCode), ScriptStep.Success);
        delivered.Is("Rejected", sends: 1).AttemptKinds("Rejected");
        Assert.Equal(("Business", resultCode), (delivered.Outcome.Cause, delivered.Outcome.ResultCode));
    }

    [Fact]
    public async Task Deliver_ManyAtOnce_EachIsDeliveredByOneSend()
    {
        var payments = Enumerable.Range(0, 100).Select(_ => Payment.Succeeded("many")).ToList();
        await Task.WhenAll(payments.Select(Host.EnqueueAsync));
        foreach (var payment in payments)
        {
            (await Host.EndAsync(payment)).Is("Delivered", sends: 1);
        }
    }

    [Fact]
    public async Task Enqueue_ByTheClient_IsDeliveredAsWritten()
    {
        var payment = Payment.Succeeded("client");
        await new PaymentNotificationQueue(Host.Storage, Host.NotificationsQueue).EnqueueAsync(payment.Body);
        (await Host.EndAsync(payment)).Is("Delivered", sends: 1);
    }
}

/// <summary>In classes of their own: they wait for the whole retry schedule.</summary>
public sealed class ExhaustedScenarios(ITestOutputHelper output) : SharedHostScenarios
{
    [Fact]
    public async Task Deliver_UnknownForever_IsExhaustedAfterEveryRetry()
    {
        var sends = Host.Policy.MaxAttempts;
        var delivered = await Host.DeliverAsync(Payment.Succeeded("exhausted"), [.. Enumerable.Repeat(ScriptStep.Unknown(), sends), ScriptStep.Success]);
        delivered.Is("Exhausted", sends).AttemptKinds([.. Enumerable.Repeat("Unknown", sends)]).NotEarlierThan(Host.Policy.RetryDelays, output);
        Assert.Equal("ScheduleUsed", delivered.Outcome.Cause);
    }
}

public sealed class SetupNeverMendedScenarios(ITestOutputHelper output) : SharedHostScenarios
{
    [Fact]
    public async Task Deliver_SetupRefusedForever_IsRejectedForItsSetupAfterEveryRetry()
    {
        var sends = Host.Policy.MaxAttempts;
        var refusal = ScriptStep.Failure("KEY_NOT_FOUND") with { Signing = AnswerSigning.None };
        var delivered = await Host.DeliverAsync(Payment.Succeeded("setup-forever"), [.. Enumerable.Repeat(refusal, sends), ScriptStep.Success]);
        delivered.Is("Rejected", sends).NotEarlierThan(Host.Policy.RetryDelays.Select(delay => delay > Host.Policy.SetupFloor ? delay : Host.Policy.SetupFloor), output);
        Assert.Equal(("Setup", "KEY_NOT_FOUND"), (delivered.Outcome.Cause, delivered.Outcome.ResultCode));
    }
}

/// <summary>Our key, client id, URL or headers are wrong: waiting payments heal by themselves once that is mended.</summary>
public sealed class SetupScenarios(ITestOutputHelper output) : SharedHostScenarios
{
    [Theory]
    [InlineData("KEY_NOT_FOUND", AnswerSigning.None)]
    [InlineData("INVALID_SIGNATURE", AnswerSigning.WrongKey)]
    [InlineData("INVALID_CLIENT", AnswerSigning.Valid)]
    public async Task Deliver_SetupRefusedThenMended_IsDeliveredAfterTheFloor(string resultCode, AnswerSigning signing)
    {
        var refusal = ScriptStep.Failure(resultCode) with { Signing = signing };
        var delivered = await Host.DeliverAsync(Payment.Succeeded("setup"), refusal, refusal, ScriptStep.Success);
        delivered.Is("Delivered", sends: 3)
            .AttemptKinds("SetupRejected", "SetupRejected", "Acknowledged")
            .NotEarlierThan([Host.Policy.SetupFloor, Host.Policy.SetupFloor], output);
        Assert.Equal(resultCode, delivered.Outcome.Attempts[0].Result.ResultCode);
    }
}

/// <summary>Whatever is no validly signed result: the notification may have been received, so it is sent again.</summary>
public sealed class NoResultScenarios(ITestOutputHelper output) : SharedHostScenarios
{
    private static readonly Dictionary<string, ScriptStep> Answers = new(StringComparer.Ordinal)
    {
        // Longer than any timeout that a host may be started with for this suite.
        ["timeout"] = new() { Delay = TimeSpan.FromSeconds(12) },
        ["dropped connection"] = new() { Connection = ConnectionBehaviour.Drop },
        ["connection reset within the body"] = new() { Connection = ConnectionBehaviour.Reset },
        ["body shorter than announced"] = new() { Connection = ConnectionBehaviour.Cut },
        ["truncated body"] = new() { Body = AnswerBody.Truncated },
        ["body that drips beyond the timeout"] = new() { Connection = ConnectionBehaviour.Drip, DripInterval = TimeSpan.FromMilliseconds(200) },
        ["HTML page"] = new() { Body = AnswerBody.Html },
        ["HTTP 500"] = new() { HttpStatus = 500, Body = AnswerBody.Empty },
        ["HTTP 502 page"] = new() { HttpStatus = 502, Body = AnswerBody.Html },
        ["redirect"] = new() { Location = "http://127.0.0.1:9/elsewhere" },
        ["body above 64 KB"] = new() { Body = AnswerBody.Big },
        ["garbage"] = new() { Body = AnswerBody.Garbage },
        ["nothing"] = new() { Body = AnswerBody.Empty },
        ["JSON without a result, signed"] = new() { RawBody = "{}" },
        ["a status that is none of S, F, U, signed"] = new() { ResultStatus = "s" },
        ["unsigned S"] = new() { Signing = AnswerSigning.None },
        ["unsigned U"] = new() { ResultStatus = "U", Signing = AnswerSigning.None },
        ["unsigned business F"] = new() { ResultStatus = "F", ResultCode = "PROCESS_FAIL", Signing = AnswerSigning.None },
        ["S signed with another key"] = new() { Signing = AnswerSigning.WrongKey },
        ["S signed over another body"] = new() { Signing = AnswerSigning.WrongBody },
        ["S signed under an unknown key version"] = new() { Signing = AnswerSigning.UnknownKeyVersion },
        ["S with an unreadable Signature"] = new() { Signing = AnswerSigning.Malformed },
        ["S for another client"] = new() { ClientId = "SANDBOX_SOMEBODY_ELSE" },
        ["business F signed with another key"] = new() { ResultStatus = "F", ResultCode = "PROCESS_FAIL", Signing = AnswerSigning.WrongKey },
    };

    public static TheoryData<string> Kinds => [.. Answers.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Deliver_NoResultThenSuccess_IsDeliveredBySecondSend(string kind)
    {
        var delivered = await Host.DeliverAsync(Payment.Succeeded("no-result"), Answers[kind], ScriptStep.Success);
        delivered.Is("Delivered", sends: 2).AttemptKinds("NoResult", "Acknowledged").NotEarlierThan(Host.Policy.RetryDelays, output);
        Assert.NotNull(delivered.Outcome.Attempts[0].Result.Detail);
    }
}

/// <summary>An answer that asks to slow down is followed within limits, and concerns its payment alone.</summary>
public sealed class SlowDownScenarios(ITestOutputHelper output) : SharedHostScenarios
{
    [Fact]
    public async Task Deliver_RetryAfterWithinTheLimits_IsFollowed()
    {
        var asked = Host.Policy.SlowDownFloor + TimeSpan.FromSeconds(1);
        var busy = new ScriptStep { HttpStatus = 503, Body = AnswerBody.Html, RetryAfter = asked.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) };
        var delivered = await Host.DeliverAsync(Payment.Succeeded("retry-after"), busy, ScriptStep.Success);
        delivered.Is("Delivered", sends: 2).AttemptKinds("NoResult", "Acknowledged").NotEarlierThan([asked], output);
        Planned(delivered, asked);
    }

    [Fact]
    public async Task Deliver_RetryAfterOfAnHour_IsCutToTheCeiling()
    {
        var busy = new ScriptStep { HttpStatus = 429, Body = AnswerBody.Empty, RetryAfter = "3600" };
        var delivered = await Host.DeliverAsync(Payment.Succeeded("retry-after-hour"), busy, ScriptStep.Success);
        delivered.Is("Delivered", sends: 2).NotEarlierThan([Host.Policy.SlowDownCeiling], output);
        Planned(delivered, Host.Policy.SlowDownCeiling);
    }

    [Fact]
    public async Task Deliver_TrafficLimit_WaitsForTheFloorAndNeverShorterAfterwards()
    {
        var delivered = await Host.DeliverAsync(
            Payment.Succeeded("traffic"), ScriptStep.Unknown("REQUEST_TRAFFIC_EXCEED_LIMIT"), ScriptStep.Unknown(), ScriptStep.Success);
        delivered.Is("Delivered", sends: 3)
            .AttemptKinds("Unknown", "Unknown", "Acknowledged")
            .NotEarlierThan([Host.Policy.SlowDownFloor, Host.Policy.SlowDownFloor], output);
    }

    // What was planned is on the record; how late the machine was does not matter here.
    private static void Planned(DeliveredPayment delivered, TimeSpan wait)
    {
        var planned = delivered.Outcome.Attempts[1].DueAt - delivered.Outcome.Attempts[0].EndedAt;
        Assert.InRange(planned, wait - TimeSpan.FromSeconds(1), wait + TimeSpan.FromSeconds(30));
    }
}
