using System.Globalization;
using System.Net.Http.Headers;

namespace FunctionsNotify.AlipayPlus;

/// <summary>The call's fixed names.</summary>
public static class NotifyPushPayment
{
    /// <summary>The path, also part of the signed content.</summary>
    public const string Path = "/aps/api/v1/payments/notifyPushPayment";

    public const string ClientIdHeader = "Client-Id";
    public const string RequestTimeHeader = "Request-Time";
    public const string ResponseTimeHeader = "Response-Time";
    public const string TraceIdHeader = "Trace-Id";
    public const string AgentTokenHeader = "Agent-Token";
    public const string ContentType = "application/json; charset=UTF-8";
}

/// <summary>Sends one notification to Alipay+ and says what came of it.</summary>
public interface INotifyPushPaymentClient
{
    /// <summary>
    /// Signs and sends the bytes exactly as given, under a fresh Request-Time, and classifies the answer; no failure of
    /// the network, the answer or the signer is an exception.
    /// </summary>
    /// <param name="body">The notification's bytes.</param>
    /// <param name="cancellationToken">The host stops. A request that was handed over is not cut off: it ends within the request timeout.</param>
    /// <exception cref="OperationCanceledException">The host stopped before the request was handed over.</exception>
    Task<AttemptResult> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}

/// <summary>
/// Before the request is handed to the network a fault is NotSent, afterwards NoResult, because Alipay+ may have
/// received it.
/// </summary>
internal sealed class NotifyPushPaymentClient(
    HttpMessageHandler handler, IRequestSigner signer, ResponseVerifier verifier, AlipayPlusOptions options, TimeProvider time)
    : INotifyPushPaymentClient, IDisposable
{
    private const int MaxAnswerLength = 64 * 1024;

    // An invoker, not a client: no second timeout, no default headers, and an answer is handed over with its head.
    private readonly HttpMessageInvoker _http = new(handler);
    private readonly Uri _address = new(new Uri(options.BaseUrl!), NotifyPushPayment.Path);
    private readonly TimeSpan _timeout = options.RequestTimeout;

    private string Seconds => string.Create(CultureInfo.InvariantCulture, $"{_timeout.TotalSeconds:0.###} s");

    public async Task<AttemptResult> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(time);
        try
        {
            var requestTime = attempt.StartedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
            switch (await SignAsync(requestTime, body, cancellationToken).ConfigureAwait(false))
            {
                case SigningResult.Success signed:
                    using (var request = CreateRequest(requestTime, signed, body))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        return await ExchangeAsync(request, attempt).ConfigureAwait(false);
                    }

                case SigningResult.Throttled throttled:
                    return AttemptResult.Postponed(PostponeReason.SignerThrottled, attempt.StartedAt, throttled.Detail);

                case SigningResult.Fault fault:
                    return attempt.NotSent(fault.Detail);

                default:
                    return attempt.NotSent("The signer gave no answer.");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return attempt.NotSent($"The signer did not answer within {Seconds}.");
        }
#pragma warning disable CA1031 // An attempt ends in a value; ExchangeAsync has its own handler, so nothing was sent here.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return attempt.NotSent($"The request could not be made ({fault.GetType().Name}).");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<SigningResult> SignAsync(string requestTime, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var content = SignatureContent.Build(NotifyPushPayment.Path, options.ClientId!, requestTime, body.Span);
        var result = await signer.SignAsync(content, stop.Token).ConfigureAwait(false);
        // A signature that took too long is not used: its Request-Time is old.
        deadline.Token.ThrowIfCancellationRequested();
        return result;
    }

    private HttpRequestMessage CreateRequest(string requestTime, SigningResult.Success signed, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(body) };
        request.Headers.TryAddWithoutValidation(NotifyPushPayment.ClientIdHeader, options.ClientId);
        request.Headers.TryAddWithoutValidation(NotifyPushPayment.RequestTimeHeader, requestTime);
        request.Headers.TryAddWithoutValidation(SignatureHeader.HeaderName, SignatureHeader.Format(signed.KeyVersion, signed.Signature.Span));
        if (!string.IsNullOrWhiteSpace(options.AgentToken))
        {
            request.Headers.TryAddWithoutValidation(NotifyPushPayment.AgentTokenHeader, options.AgentToken);
        }

        request.Content.Headers.TryAddWithoutValidation("Content-Type", NotifyPushPayment.ContentType);
        return request;
    }

    // No caller's token from here on: cutting off a request that Alipay+ may have received would throw its answer away.
    private async Task<AttemptResult> ExchangeAsync(HttpRequestMessage request, Attempt attempt)
    {
        // Its own deadline: the time that signing took is not taken from the network.
        using var deadline = new CancellationTokenSource(_timeout, time);
        NotifyResponse? head = null;
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            head = HeadOf(response);
            if (await ReadBodyAsync(response.Content, deadline.Token).ConfigureAwait(false) is not { } body)
            {
                return ResponseClassifier.ClassifyIncomplete(head, $"Answer: its body is longer than {MaxAnswerLength} bytes.", attempt.Timing);
            }

            var answer = head with { Body = body };
            return ResponseClassifier.Classify(answer, verifier.Verify(answer), attempt.Timing);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return attempt.NoResult(head, head is null ? $"Timeout: no answer within {Seconds}." : $"Timeout: the answer was not complete within {Seconds}.");
        }
#pragma warning disable CA1031 // An attempt ends in a value.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return attempt.NoResult(head, NetworkFault.Describe(fault));
        }
    }

    private static NotifyResponse HeadOf(HttpResponseMessage response)
    {
        // Not validated: what is signed is the header as it was sent, not as .NET would write it.
        var headers = response.Headers.NonValidated;
        return new NotifyResponse
        {
            HttpStatus = (int)response.StatusCode,
            ClientId = Value(headers, NotifyPushPayment.ClientIdHeader),
            ResponseTime = Value(headers, NotifyPushPayment.ResponseTimeHeader),
            Signature = Value(headers, SignatureHeader.HeaderName),
            TraceId = Value(headers, NotifyPushPayment.TraceIdHeader),
            RetryAfter = Value(headers, RetryAfterHeader.Name),
        };
    }

    private static string? Value(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.ToString() : null;

    /// <returns>The bytes; null when there are more than <see cref="MaxAnswerLength"/>.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxAnswerLength)
        {
            return null;
        }

        // One byte more than expected, so that a longer body shows.
        var buffer = new byte[(content.Headers.ContentLength ?? MaxAnswerLength) + 1];
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length > MaxAnswerLength ? (ReadOnlyMemory<byte>?)null : buffer.AsMemory(0, length);
        }
    }

    /// <summary>One attempt's clock and the values that it can end in without a complete answer.</summary>
    private readonly struct Attempt(TimeProvider time)
    {
        private readonly long _timestamp = time.GetTimestamp();

        public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

        public AttemptTiming Timing => new(StartedAt, time.GetUtcNow(), time.GetElapsedTime(_timestamp));

        public AttemptResult NotSent(string detail) => WithoutAnswer(AttemptKind.NotSent, detail);

        public AttemptResult NoResult(NotifyResponse? head, string detail) => head is null
            ? WithoutAnswer(AttemptKind.NoResult, detail)
            : ResponseClassifier.ClassifyIncomplete(head, detail, Timing);

        private AttemptResult WithoutAnswer(AttemptKind kind, string detail) => new()
        {
            Kind = kind,
            StartedAt = StartedAt,
            Duration = time.GetElapsedTime(_timestamp),
            Detail = detail,
        };
    }
}
