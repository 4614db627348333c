using System.Text;
using System.Text.Json;

namespace FunctionsNotify.Simulator;

/// <summary>Makes the bytes of an answer's body.</summary>
internal static class AnswerBodies
{
    private const int PaddingLength = 100_000;

    private static readonly byte[] HtmlPage =
        "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"u8.ToArray();

    private static readonly byte[] GarbageBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)(255 - value))];
    private static readonly byte[] SuccessResult = Result("S", "SUCCESS", "success", padded: false);

    /// <summary>The whole body, before a <see cref="AnswerBody.Truncated"/> one is cut.</summary>
    public static byte[] Make(ScriptStep step)
    {
        if (step.RawBody is not null)
        {
            return Encoding.UTF8.GetBytes(step.RawBody);
        }

        return step.Body switch
        {
            AnswerBody.Html => HtmlPage,
            AnswerBody.Garbage => GarbageBytes,
            AnswerBody.Empty => [],
            AnswerBody.Big => Result(step.ResultStatus, step.EffectiveCode, step.ResultMessage, padded: true),
            _ when step.ResultStatus == "S" && step.ResultCode is null && step.ResultMessage is null => SuccessResult,
            _ => Result(step.ResultStatus, step.EffectiveCode, step.ResultMessage, padded: false),
        };
    }

    public static string ContentType(ScriptStep step) =>
        step.RawBody is null && step.Body == AnswerBody.Html ? "text/html; charset=utf-8" : AlipayPlus.NotifyPushPayment.ContentType;

    private static byte[] Result(string status, string code, string? message, bool padded)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("result");
            writer.WriteString("resultStatus", status);
            writer.WriteString("resultCode", code);
            writer.WriteString("resultMessage", message ?? (status == "S" ? "success" : "answered by the simulator's script"));
            writer.WriteEndObject();
            if (padded)
            {
                writer.WriteString("padding", new string('x', PaddingLength));
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
