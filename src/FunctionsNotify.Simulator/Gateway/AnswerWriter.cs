using System.Globalization;
using FunctionsNotify.AlipayPlus;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Simulator;

/// <summary>Puts an answer on the wire, or what a script makes of it.</summary>
internal sealed class AnswerWriter(string clientId, AnswerSigner signer, TimeProvider time)
{
    // So that the first half has left this process before the connection is reset.
    private static readonly TimeSpan PauseBeforeReset = TimeSpan.FromMilliseconds(50);

    public async Task WriteAsync(HttpContext context, ScriptStep step, string path, string traceId, CancellationToken cancellationToken)
    {
        if (step.Delay > TimeSpan.Zero)
        {
            await Task.Delay(step.Delay, time, cancellationToken);
        }

        if (step.Connection == ConnectionBehaviour.Drop)
        {
            context.Abort();
            return;
        }

        var body = AnswerBodies.Make(step);
        SetHeaders(context.Response, step, path, traceId, body);
        var sent = step.RawBody is null && step.Body == AnswerBody.Truncated ? body.AsMemory(0, body.Length / 2) : body;
        context.Response.ContentLength = sent.Length;
        switch (step.Connection)
        {
            case ConnectionBehaviour.Keep:
                await context.Response.BodyWriter.WriteAsync(sent, cancellationToken);
                break;
            case ConnectionBehaviour.Drip:
                await DripAsync(context.Response, sent, step.DripInterval, cancellationToken);
                break;
            default:
                await SendHalfAsync(context, sent, cancellationToken);
                if (step.Connection == ConnectionBehaviour.Reset)
                {
                    await Task.Delay(PauseBeforeReset, time, cancellationToken);
                    context.Abort();
                }

                // Otherwise the server itself ends a connection whose answer is shorter than announced.
                break;
        }
    }

    private void SetHeaders(HttpResponse response, ScriptStep step, string path, string traceId, byte[] body)
    {
        var sender = step.ClientId ?? clientId;
        var now = (time.GetUtcNow() + step.ResponseTimeShift).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        response.StatusCode = step.EffectiveHttpStatus;
        Set("Content-Type", AnswerBodies.ContentType(step));
        Set(NotifyPushPayment.ClientIdHeader, sender);
        Set(NotifyPushPayment.ResponseTimeHeader, now);
        Set(NotifyPushPayment.TraceIdHeader, traceId);
        Set(SignatureHeader.HeaderName, signer.Sign(step.EffectiveSigning, path, sender, now, body));
        Set("Retry-After", step.RetryAfter);
        Set("Location", step.Location);

        void Set(string name, string? value)
        {
            if (value is not null && !step.OmitHeaders.Contains(name))
            {
                response.Headers[name] = value;
            }
        }
    }

    private async Task DripAsync(HttpResponse response, ReadOnlyMemory<byte> body, TimeSpan interval, CancellationToken cancellationToken)
    {
        for (var index = 0; index < body.Length; index++)
        {
            await response.BodyWriter.WriteAsync(body.Slice(index, 1), cancellationToken);
            await response.BodyWriter.FlushAsync(cancellationToken);
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    private static async Task SendHalfAsync(HttpContext context, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await context.Response.BodyWriter.WriteAsync(body[..(body.Length / 2)], cancellationToken);
        await context.Response.BodyWriter.FlushAsync(cancellationToken);
    }
}
