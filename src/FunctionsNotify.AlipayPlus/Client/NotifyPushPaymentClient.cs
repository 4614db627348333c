using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Sends notifications over HTTPS. Whatever goes wrong is a value: before the request is handed to the network it is
/// <see cref="AttemptKind.NotSent"/>, afterwards <see cref="AttemptKind.NoResult"/>, because Alipay+ may have received it.
/// </summary>
public sealed class NotifyPushPaymentClient : INotifyPushPaymentClient
{
    /// <summary>The name of the HTTP client, for <see cref="IHttpClientFactory"/>.</summary>
    public const string HttpClientName = "AlipayPlus";

    private readonly IHttpClientFactory _clients;
    private readonly IRequestSigner _signer;
    private readonly ResponseVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly Uri _address;
    private readonly string _clientId;
    private readonly TimeSpan _timeout;

    /// <summary>Makes the client.</summary>
    /// <param name="clients">Makes the HTTP clients; the one named <see cref="HttpClientName"/> must not follow redirects.</param>
    /// <param name="signer">Signs the requests.</param>
    /// <param name="verifier">Checks the answers.</param>
    /// <param name="options">The validated options.</param>
    /// <param name="time">The clock.</param>
    public NotifyPushPaymentClient(
        IHttpClientFactory clients,
        IRequestSigner signer,
        ResponseVerifier verifier,
        IOptions<AlipayPlusOptions> options,
        TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _clients = clients;
        _signer = signer;
        _verifier = verifier;
        _time = time;
        _address = new Uri(new Uri(options.Value.BaseUrl!), NotifyPushPayment.Path);
        _clientId = options.Value.ClientId!;
        _timeout = options.Value.RequestTimeout;
    }

    /// <inheritdoc/>
    public async Task<AttemptResult> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var attempt = new Attempt(_time);
        using var deadline = new CancellationTokenSource(_timeout, _time);
        var stop = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), deadline);
        await using (stop.ConfigureAwait(false))
        {
            try
            {
                var requestTime = attempt.StartedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
                switch (await SignAsync(requestTime, body, deadline.Token).ConfigureAwait(false))
                {
                    case SigningResult.Success signed:
                        using (var request = CreateRequest(requestTime, signed, body))
                        {
                            return await ExchangeAsync(request, attempt, deadline, cancellationToken).ConfigureAwait(false);
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
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
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
    }

    private string Seconds => string.Create(CultureInfo.InvariantCulture, $"{_timeout.TotalSeconds:0.###} s");

    private ValueTask<SigningResult> SignAsync(string requestTime, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _signer.SignAsync(SignatureContent.Build(NotifyPushPayment.Path, _clientId, requestTime, body.Span), cancellationToken);

    private HttpRequestMessage CreateRequest(string requestTime, SigningResult.Success signed, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(body) };
        request.Headers.TryAddWithoutValidation(NotifyPushPayment.ClientIdHeader, _clientId);
        request.Headers.TryAddWithoutValidation(NotifyPushPayment.RequestTimeHeader, requestTime);
        request.Headers.TryAddWithoutValidation(SignatureHeader.HeaderName, SignatureHeader.Format(signed.KeyVersion, signed.Signature.Span));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", NotifyPushPayment.ContentType);
        return request;
    }

    private async Task<AttemptResult> ExchangeAsync(
        HttpRequestMessage request, Attempt attempt, CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        var client = _clients.CreateClient(HttpClientName);
        deadline.Token.ThrowIfCancellationRequested();

        // From here on Alipay+ may have received the request: only the caller's own cancellation leaves as an exception.
        NotifyResponse? head = null;
        try
        {
            // The time that signing took is not taken from the network.
            deadline.CancelAfter(_timeout);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            head = HeadOf(response);
            if (await ResponseBody.ReadAsync(response.Content, deadline.Token).ConfigureAwait(false) is not { } body)
            {
                return ResponseClassifier.ClassifyIncomplete(head, $"Answer: its body is longer than {ResponseBody.MaxLength} bytes.", attempt.Timing);
            }

            var answer = head with { Body = body };
            return ResponseClassifier.Classify(answer, _verifier.Verify(answer), attempt.Timing);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
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
