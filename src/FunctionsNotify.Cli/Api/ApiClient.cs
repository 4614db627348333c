using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Core;

namespace FunctionsNotify.Cli;

/// <summary>
/// Calls the host. A read, and a change that carries its idempotency key, is tried again after a fault of the network;
/// any other change is sent once.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>The header of the function key.</summary>
    public const string KeyHeader = "x-functions-key";

    /// <summary>The header that makes a change the same change.</summary>
    public const string IdempotencyHeader = "Idempotency-Key";

    private const int MaxAnswerBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan[] _waits = [TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    private readonly ApiSettings _settings;
    private readonly CliHost _host;
    private readonly HttpClient _http;
    private readonly Lazy<TokenCredential> _identity;

    public ApiClient(ApiSettings settings, CliHost host)
    {
        _settings = settings;
        _host = host;
        _identity = new Lazy<TokenCredential>(host.Identity);
        // A redirect could carry the key to another host.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !settings.BaseAddress.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = settings.BaseAddress,
            Timeout = _timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>Reads.</summary>
    /// <param name="call">What.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="alsoGood">A status beside 2xx whose JSON body is an answer.</param>
    /// <exception cref="CliFault">The host cannot be reached, or answered with a fault.</exception>
    public async Task<JsonElement> GetAsync(ApiCall call, CancellationToken cancellationToken, HttpStatusCode? alsoGood = null)
    {
        var answer = await SendAsync(HttpMethod.Get, call, body: null, idempotencyKey: null, repeatable: true, alsoGood, cancellationToken).ConfigureAwait(false);
        return ApiAnswer.Read(answer, alsoGood);
    }

    /// <summary>Reads; null when the host answers 404.</summary>
    public async Task<JsonElement?> FindAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, call, body: null, idempotencyKey: null, repeatable: true, alsoGood: null, cancellationToken).ConfigureAwait(false);
        return answer.Status == HttpStatusCode.NotFound && ApiAnswer.IsProblem(answer) ? null : ApiAnswer.Read(answer, alsoGood: null);
    }

    /// <summary>Changes.</summary>
    /// <param name="call">What.</param>
    /// <param name="body">The JSON body, see <see cref="CallBody"/>.</param>
    /// <param name="idempotencyKey">The key that makes the same call again harmless; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CliFault">The host cannot be reached, or answered with a fault.</exception>
    public async Task<JsonElement> PostAsync(ApiCall call, byte[] body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, call, body, idempotencyKey, repeatable: idempotencyKey is not null, alsoGood: null, cancellationToken).ConfigureAwait(false);
        return ApiAnswer.Read(answer, alsoGood: null);
    }

    public void Dispose() => _http.Dispose();

    private async Task<ApiAnswer> SendAsync(HttpMethod method, ApiCall call, byte[]? body, string? idempotencyKey, bool repeatable, HttpStatusCode? alsoGood, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                var (answer, retryAfter) = await SendOnceAsync(method, call, body, idempotencyKey, cancellationToken).ConfigureAwait(false);
                var isBusy = answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout && answer.Status != alsoGood;
                if (!isBusy || !repeatable || attempt >= _waits.Length || retryAfter > _longestWait)
                {
                    return answer;
                }

                wait = retryAfter > _waits[attempt] ? retryAfter : _waits[attempt];
            }
            catch (Exception exception) when (IsNetworkFault(exception, cancellationToken))
            {
                // What refuses the connection will hardly listen a second later; what broke one may.
                if (!repeatable || attempt >= _waits.Length || IsRefusal(exception))
                {
                    throw Unreachable(exception, method, repeatable);
                }

                wait = _waits[attempt];
            }

            await Task.Delay(wait, _host.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(ApiAnswer Answer, TimeSpan RetryAfter)> SendOnceAsync(HttpMethod method, ApiCall call, byte[]? body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, call.Target);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/problem+json"));
        if (_settings.Key is { } key)
        {
            request.Headers.TryAddWithoutValidation(KeyHeader, key);
        }

        if (_settings.Scope is { } scope)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(scope, cancellationToken).ConfigureAwait(false));
        }

        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation(IdempotencyHeader, idempotencyKey);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        return (answer, response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
    }

    private async Task<string> TokenAsync(string scope, CancellationToken cancellationToken)
    {
        try
        {
            return (await _identity.Value.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken).ConfigureAwait(false)).Token;
        }
        catch (Azure.Identity.AuthenticationFailedException exception)
        {
            throw CliFault.Usage($"--entra-scope: the sign-in failed ({exception.Message.Split('\n')[0].TrimEnd()})");
        }
    }

    private static bool IsNetworkFault(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested);

    private static bool IsRefusal(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private CliFault Unreachable(Exception exception, HttpMethod method, bool repeatable)
    {
        var reason = exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "nothing listens there, or it does not answer",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed: its certificate is not trusted, or is for another name",
            TaskCanceledException => $"no answer within {_timeout.TotalSeconds:0} s",
            _ => "the connection broke",
        };
        var first = $"{_settings.BaseAddress} cannot be reached: {reason}.";
        return method == HttpMethod.Get || repeatable || IsRefusal(exception)
            ? CliFault.Unreachable(first)
            : CliFault.Unreachable(first, "The host may have done what was asked: look at the payment before you ask again.");
    }
}
