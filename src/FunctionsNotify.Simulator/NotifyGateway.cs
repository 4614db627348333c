using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Simulator;

/// <summary>Takes a request, judges it, records it and answers it.</summary>
internal sealed class NotifyGateway(
    RequestJudge judge, ScriptBook scripts, ConcurrentDictionary<string, string> acknowledged, RequestLog log, AnswerWriter answers, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext context)
    {
        var receivedAt = DateTimeOffset.UtcNow;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            var body = await ReadAsync(context.Request, either.Token);
            var (judgement, step, index) = Choose(judge.Judge(context.Request, body, receivedAt));
            var traceId = Guid.NewGuid().ToString("N");
            log.Add(new ReceivedRequest
            {
                ReceivedAt = receivedAt,
                Method = context.Request.Method,
                Path = context.Request.Path.Value ?? string.Empty,
                Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.Select(value => value ?? "").ToArray(), StringComparer.OrdinalIgnoreCase),
                Body = body[..Math.Min(body.Length, RequestJudge.MaxBodyBytes)],
                PaymentId = judgement.PaymentId,
                Verdict = judgement.Verdict,
                Answer = new AnswerRecord(index, step.EffectiveHttpStatus, step.HasResult ? step.ResultStatus : null, step.HasResult ? step.EffectiveCode : null, traceId),
            });
            await answers.WriteAsync(context, step, traceId, either.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException && (either.IsCancellationRequested || fault is BadHttpRequestException))
        {
            // The caller went away, sent no whole request, or the simulator stops: there is nobody left to answer.
            context.Abort();
        }
    }

    private (Judgement Judgement, ScriptStep Step, int? Index) Choose(Judgement judgement)
    {
        if (judgement.Refusal is not null)
        {
            return (judgement, judgement.Refusal, null);
        }

        var (step, index) = scripts.Next(judgement.PaymentId!);
        if (!step.IsAcknowledgement || acknowledged.GetOrAdd(judgement.PaymentId!, judgement.CanonicalHash!) == judgement.CanonicalHash)
        {
            return (judgement, step, index);
        }

        // Another content of the same payment was acknowledged between the check and now.
        var contradiction = judgement.AsContradiction();
        return (contradiction, contradiction.Refusal!, null);
    }

    /// <returns>The body, one byte longer than is allowed where it is longer.</returns>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(request.ContentLength ?? RequestJudge.MaxBodyBytes, RequestJudge.MaxBodyBytes) + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer.AsMemory(0, length);
    }
}
