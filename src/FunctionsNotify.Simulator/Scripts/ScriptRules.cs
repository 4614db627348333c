namespace FunctionsNotify.Simulator;

/// <summary>What a script's values may be, for scripts that are set in the process and over HTTP alike.</summary>
internal static class ScriptRules
{
    public static readonly IReadOnlyList<string> OmittableHeaders = ["Client-Id", "Response-Time", "Trace-Id", "Content-Type"];

    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MaxDrip = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxShift = TimeSpan.FromDays(3650);

    public static void Judge(Script script, List<ScriptViolation> violations)
    {
        if (script.Steps.Count is < 1 or > Script.MaxSteps)
        {
            violations.Add(new("steps", $"must have 1 to {Script.MaxSteps} entries"));
        }

        for (var index = 0; index < script.Steps.Count; index++)
        {
            Judge(script.Steps[index], $"steps[{index}].", violations);
        }
    }

    private static void Judge(ScriptStep step, string prefix, List<ScriptViolation> violations)
    {
        Require(step.ResultStatus.Length <= 64, "resultStatus", "must have at most 64 characters");
        Require(step.ResultCode is not { Length: > 512 }, "resultCode", "must have at most 512 characters");
        Require(step.ResultMessage is not { Length: > 4096 }, "resultMessage", "must have at most 4096 characters");
        Require(step.HttpStatus is null or (>= 200 and <= 599), "httpStatus", "must be 200 to 599");
        Require(step.HttpStatus is not (204 or 205 or 304), "httpStatus", "must be a status that can have a body");
        Require(step.Delay >= TimeSpan.Zero && step.Delay <= MaxDelay, "delay", "must be 0 to 10 minutes");
        Require(step.DripInterval >= TimeSpan.Zero && step.DripInterval <= MaxDrip, "dripInterval", "must be 0 to 1 minute");
        Require(step.ResponseTimeShift.Duration() <= MaxShift, "responseTimeShift", "must be at most 3650 days either way");
        Require(step.RawBody is not { Length: > 1_000_000 }, "rawBody", "must have at most 1000000 characters");
        Require(step.RawBody is null || step.Body == AnswerBody.Result, "rawBody", "must not stand beside another body");
        Require(IsHeaderValue(step.RetryAfter), "retryAfter", HeaderRule);
        Require(IsHeaderValue(step.Location), "location", HeaderRule);
        Require(IsHeaderValue(step.ClientId), "clientId", HeaderRule);
        Require(step.OmitHeaders.All(OmittableHeaders.Contains), "omitHeaders", $"must be of {string.Join(", ", OmittableHeaders)}");
        Require(Enum.IsDefined(step.Connection), "connection", "must be a known behaviour");
        Require(Enum.IsDefined(step.Body), "body", "must be a known body");
        Require(step.Signing is null || Enum.IsDefined(step.Signing.Value), "signed", "must be a known way to sign");

        void Require(bool holds, string field, string rule)
        {
            if (!holds)
            {
                violations.Add(new(prefix + field, rule));
            }
        }
    }

    private const string HeaderRule = "must be 1 to 1024 printable ASCII characters";

    private static bool IsHeaderValue(string? value) =>
        value is null || (value.Length is > 0 and <= 1024 && value.All(character => character is >= ' ' and <= '~') && value.Trim().Length > 0);
}
