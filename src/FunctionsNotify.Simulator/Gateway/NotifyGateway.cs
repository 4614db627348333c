using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Simulator;

/// <summary>Takes a request, judges it, records it and answers it.</summary>
internal sealed class NotifyGateway(
    RequestJudge judge, ScriptBook scripts, AcknowledgedPayments acknowledged, RequestLog log, AnswerWriter writer, TimeProvider time, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext context)
    {
        var receivedAt = time.GetUtcNow();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            var body = await RequestBody.ReadAsync(context.Request, either.Token);
            var judgement = judge.Judge(context.Request, body, receivedAt);
            var choice = Choose(ref judgement);
            var traceId = Guid.NewGuid().ToString("N");
            Record(context.Request, receivedAt, body, judgement, choice, traceId);
            await writer.WriteAsync(context, choice.Step, context.Request.Path.Value ?? string.Empty, traceId, either.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && (either.IsCancellationRequested || fault is BadHttpRequestException))
        {
            // The caller went away, sent no whole request, or the simulator stops: there is nobody left to answer.
            context.Abort();
        }
    }

    private ScriptChoice Choose(ref Judgement judgement)
    {
        if (judgement.Refusal is not null)
        {
            return new(judgement.Refusal, AnswerSource.Check, null);
        }

        var choice = scripts.Next(judgement.PaymentId!);
        if (!choice.Step.IsAcknowledgement || acknowledged.TryAcknowledge(judgement.PaymentId!, judgement.CanonicalHash!))
        {
            return choice;
        }

        // Another content of the same payment was acknowledged between the check and now.
        judgement = RequestJudge.Contradiction(judgement.PaymentId, judgement.CanonicalHash, judgement.Verdict.Violations, judgement.Verdict.Warnings);
        return new(judgement.Refusal!, AnswerSource.Check, null);
    }

    private void Record(HttpRequest request, DateTimeOffset receivedAt, RequestBody body, Judgement judgement, ScriptChoice choice, string traceId)
    {
        var headers = new Dictionary<string, string[]>(request.Headers.Count, StringComparer.OrdinalIgnoreCase);
        long size = body.Bytes.Length + 512;
        foreach (var (name, values) in request.Headers)
        {
            string[] texts = [.. values.Select(value => value ?? string.Empty)];
            headers[name] = texts;
            size += 2 * (name.Length + texts.Sum(text => text.Length));
        }

        var step = choice.Step;
        var hasResult = step.RawBody is null && step.IsResultShaped;
        log.Add(
            new ReceivedRequest
            {
                Sequence = 0,
                ReceivedAt = receivedAt,
                Method = request.Method,
                Path = request.Path.Value ?? string.Empty,
                Headers = headers,
                Body = body.Bytes,
                PaymentId = judgement.PaymentId,
                Verdict = judgement.Verdict,
                Answer = new AnswerRecord
                {
                    Source = choice.Source,
                    Step = choice.Index,
                    HttpStatus = step.EffectiveHttpStatus,
                    ResultStatus = hasResult ? step.ResultStatus : null,
                    ResultCode = hasResult ? step.EffectiveCode : null,
                    Signing = step.EffectiveSigning,
                    Body = step.Body,
                    Connection = step.Connection,
                    Delay = step.Delay,
                    TraceId = traceId,
                },
            },
            size);
    }
}
