using System.Text.Json;

namespace FunctionsNotify.Simulator;

/// <summary>Reads a script and tells every fault at once.</summary>
internal static class ScriptReader
{
    public static Script? Read(JsonElement element, List<ScriptViolation> violations)
    {
        var before = violations.Count;
        var reader = new ObjectReader(element, string.Empty, violations);
        if (violations.Count > before)
        {
            return null;
        }

        var steps = ReadSteps(reader, violations);
        var script = new Script { Steps = steps, Then = reader.OneOf<AfterLastStep>("then") ?? AfterLastStep.Last };
        reader.End();
        if (violations.Count == before)
        {
            ScriptRules.Judge(script, violations);
        }

        return violations.Count == before ? script : null;
    }

    private static List<ScriptStep> ReadSteps(ObjectReader reader, List<ScriptViolation> violations)
    {
        var steps = new List<ScriptStep>();
        var list = reader.Take("steps");
        reader.Require("steps", list is not null);
        if (list is null)
        {
            return steps;
        }

        if (list.Value.ValueKind != JsonValueKind.Array)
        {
            reader.Fault<object>("steps", "must be an array");
            return steps;
        }

        foreach (var item in list.Value.EnumerateArray())
        {
            steps.Add(ReadStep(new ObjectReader(item, $"steps[{steps.Count}]", violations)));
        }

        return steps;
    }

    private static ScriptStep ReadStep(ObjectReader reader)
    {
        var usual = ScriptStep.Success;
        var step = new ScriptStep
        {
            ResultStatus = reader.Text("resultStatus") ?? usual.ResultStatus,
            ResultCode = reader.Text("resultCode"),
            ResultMessage = reader.Text("resultMessage"),
            Signing = reader.Signing("signed"),
            HttpStatus = reader.Number("httpStatus"),
            Delay = reader.Duration("delay") ?? usual.Delay,
            Connection = reader.OneOf<ConnectionBehaviour>("connection") ?? usual.Connection,
            Body = reader.OneOf<AnswerBody>("body") ?? usual.Body,
            RawBody = reader.Text("rawBody"),
            RetryAfter = reader.Text("retryAfter"),
            Location = reader.Text("location"),
            ClientId = reader.Text("clientId"),
            ResponseTimeShift = reader.Duration("responseTimeShift") ?? usual.ResponseTimeShift,
            DripInterval = reader.Duration("dripInterval") ?? usual.DripInterval,
            OmitHeaders = reader.Texts("omitHeaders"),
        };
        reader.End();
        return step;
    }
}
