using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>Whatever is no validly signed result: the notification may have been received, so it is sent again.</summary>
[Trait("Category", "any-host")]
public sealed class NoResultScenarios(ITestOutputHelper output)
{
    // Longer than any timeout that a host may be started with for this suite.
    private static readonly ScriptStep Silence = new() { Delay = TimeSpan.FromSeconds(7) };

    public static TheoryData<string> Kinds => [.. Answers.Keys];

    private static Dictionary<string, ScriptStep> Answers { get; } = new(StringComparer.Ordinal)
    {
        ["timeout"] = Silence,
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

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Deliver_NoResultThenSuccess_IsDeliveredBySecondSend(string kind)
    {
        var host = await Suite.HostAsync();
        var delivered = await host.DeliverAsync(Payment.Succeeded("no-result"), Answers[kind], ScriptStep.Success);
        delivered.Is("Delivered", sends: 2).AttemptKinds("NoResult", "Acknowledged").NotEarlierThan(host.Policy.RetryDelays, output);
        Assert.NotNull(delivered.Outcome.Attempts[0].Result.Detail);
    }
}
