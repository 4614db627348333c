using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Simulator;

/// <summary>Puts an answer on the wire, or what a script makes of it.</summary>
internal sealed class AnswerWriter(string clientId, string privateKey) : IDisposable
{
    private const string UnannouncedVersion = "999";

    // So that the first half has left this process before the connection is reset.
    private static readonly TimeSpan PauseBeforeReset = TimeSpan.FromMilliseconds(50);

    private static readonly byte[] HtmlPage =
        "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"u8.ToArray();

    private static readonly byte[] GarbageBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)(255 - value))];

    private readonly PemRequestSigner _signer = PemRequestSigner.FromText(privateKey, DevelopmentKeys.KeyVersion);

    private readonly Lazy<PemRequestSigner> _stranger = new(static () =>
    {
        using var key = RSA.Create(2048);
        return new PemRequestSigner(key, DevelopmentKeys.KeyVersion);
    });

    public async Task WriteAsync(HttpContext context, ScriptStep step, string traceId, CancellationToken cancellationToken)
    {
        await Task.Delay(step.Delay, cancellationToken);
        if (step.Connection == ConnectionBehaviour.Drop)
        {
            context.Abort();
            return;
        }

        var response = context.Response;
        var body = BodyOf(step);
        SetHeaders(response, step, context.Request.Path.Value ?? "", traceId, body);
        ReadOnlyMemory<byte> sent = step.RawBody is null && step.Body == AnswerBody.Truncated ? body.AsMemory(0, body.Length / 2) : body;
        response.ContentLength = sent.Length;
        switch (step.Connection)
        {
            case ConnectionBehaviour.Keep:
                await response.Body.WriteAsync(sent, cancellationToken);
                break;
            case ConnectionBehaviour.Drip:
                for (var index = 0; index < sent.Length; index++)
                {
                    await response.Body.WriteAsync(sent.Slice(index, 1), cancellationToken);
                    await response.Body.FlushAsync(cancellationToken);
                    await Task.Delay(step.DripInterval, cancellationToken);
                }

                break;
            default:
                await response.Body.WriteAsync(sent[..(sent.Length / 2)], cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
                if (step.Connection == ConnectionBehaviour.Reset)
                {
                    await Task.Delay(PauseBeforeReset, cancellationToken);
                    context.Abort();
                }

                // Otherwise the server itself ends a connection whose answer is shorter than announced.
                break;
        }
    }

    public void Dispose()
    {
        _signer.Dispose();
        if (_stranger.IsValueCreated)
        {
            _stranger.Value.Dispose();
        }
    }

    private void SetHeaders(HttpResponse response, ScriptStep step, string path, string traceId, byte[] body)
    {
        var sender = step.ClientId ?? clientId;
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        response.StatusCode = step.EffectiveHttpStatus;
        response.ContentType = step.RawBody is null && step.Body == AnswerBody.Html ? "text/html; charset=utf-8" : NotifyPushPayment.ContentType;
        response.Headers[NotifyPushPayment.ClientIdHeader] = sender;
        response.Headers[NotifyPushPayment.ResponseTimeHeader] = now;
        response.Headers[NotifyPushPayment.TraceIdHeader] = traceId;
        // A header that is null is not sent.
        response.Headers[SignatureHeader.HeaderName] = Sign(step.EffectiveSigning, signed => SignatureContent.Build(path, sender, now, signed ?? body));
        response.Headers.RetryAfter = step.RetryAfter;
        response.Headers.Location = step.Location;
    }

    private string? Sign(AnswerSigning signing, Func<byte[]?, byte[]> content) => signing switch
    {
        AnswerSigning.None => null,
        AnswerSigning.Malformed => "algorithm=RSA256,keyVersion=1,signature=%%%",
        AnswerSigning.WrongKey => SignatureHeader.Format(DevelopmentKeys.KeyVersion, _stranger.Value.Sign(content(null))),
        AnswerSigning.UnknownKeyVersion => SignatureHeader.Format(UnannouncedVersion, _stranger.Value.Sign(content(null))),
        AnswerSigning.KeyVersionZero => SignatureHeader.Format("0", _signer.Sign(content(null))),
        AnswerSigning.WrongBody => SignatureHeader.Format(DevelopmentKeys.KeyVersion, _signer.Sign(content([.. "{}"u8]))),
        _ => SignatureHeader.Format(DevelopmentKeys.KeyVersion, _signer.Sign(content(null))),
    };

    private static byte[] BodyOf(ScriptStep step) => step switch
    {
        { RawBody: { } raw } => Encoding.UTF8.GetBytes(raw),
        { Body: AnswerBody.Html } => HtmlPage,
        { Body: AnswerBody.Garbage } => GarbageBytes,
        { Body: AnswerBody.Empty } => [],
        _ => JsonSerializer.SerializeToUtf8Bytes(new
        {
            result = new
            {
                resultStatus = step.ResultStatus,
                resultCode = step.EffectiveCode,
                resultMessage = step.ResultMessage ?? (step.ResultStatus == "S" ? "success" : "answered by the simulator's script"),
            },
            padding = step.Body == AnswerBody.Big ? new string('x', 100_000) : null,
        }),
    };
}
