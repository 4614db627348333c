using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Core;
using Azure.Identity;

namespace FunctionsNotify.Cli;

internal sealed record ApiSettings(Uri BaseAddress, string? Key, string? Scope)
{
    public const string UrlVariable = "NOTIFY_API";
    public const string KeyVariable = "NOTIFY_API_KEY";
    public const string ScopeVariable = "NOTIFY_API_SCOPE";
    public const string DefaultUrl = "http://127.0.0.1:7071";

    public static ApiSettings Read(string? url, string? key, string? scope, Func<string, string?> variable)
    {
        var (setting, text) = url is not null ? ("--url", url) : (UrlVariable, NullIfEmpty(variable(UrlVariable)) ?? DevelopmentHost.Api(DevelopmentHost.DefaultData) ?? DefaultUrl);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw CliFault.Usage($"{setting}: must be an address such as https://app.azurewebsites.net, without user, query or fragment");
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw CliFault.Usage($"{setting}: must be https; http only for this machine (127.0.0.1, localhost)");
        }

        var (keySetting, secret) = key is not null ? ("--key", key) : (KeyVariable, NullIfEmpty(variable(KeyVariable)));
        if (secret is not null && (secret.Length == 0 || !secret.All(character => character is > ' ' and <= '~')))
        {
            throw CliFault.Usage($"{keySetting}: must be printable ASCII without blanks (found {secret.Length} characters)");
        }

        // People give the address with and without /api.
        var path = address.AbsolutePath.TrimEnd('/');
        var root = new UriBuilder(address) { Path = (path.EndsWith("/api", StringComparison.Ordinal) ? path : path + "/api") + "/" }.Uri;
        return new ApiSettings(root, secret, NullIfEmpty(scope) ?? NullIfEmpty(variable(ScopeVariable)));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>
/// Calls the host. A read, and a change that carries its idempotency key, is tried again after a fault of the network;
/// any other change is sent once.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    public const int MaxPageSize = 200;

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

    // alsoGood: a status beside 2xx whose JSON body is an answer.
    public async Task<JsonElement> GetAsync(ApiCall call, CancellationToken cancellationToken, HttpStatusCode? alsoGood = null) =>
        (await SendAsync(new Request(HttpMethod.Get, call.Target, null, null, IsRepeatable: true), alsoGood, cancellationToken)).Read(alsoGood);

    /// <summary>The items of a list, page after page to its end.</summary>
    public async IAsyncEnumerable<JsonElement> AllAsync(Func<ApiCall> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await GetAsync(list().With("pageSize", MaxPageSize).With("continuationToken", token), cancellationToken);
            foreach (var item in page.Items("items"))
            {
                yield return item;
            }

            var next = page.Text("continuationToken");
            if (next is not null && next == token)
            {
                throw CliFault.NotDone("The host returned the same page twice, so the list cannot be read to its end.");
            }

            token = next;
        }
        while (token is not null);
    }

    public async Task<JsonElement> PostAsync(ApiCall call, CallBody body, string? idempotencyKey, CancellationToken cancellationToken) =>
        (await SendAsync(new Request(HttpMethod.Post, call.Target, body.Write(), idempotencyKey, IsRepeatable: idempotencyKey is not null), null, cancellationToken)).Read(null);

    public void Dispose() => _http.Dispose();

    private async Task<ApiAnswer> SendAsync(Request request, HttpStatusCode? alsoGood, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var mayRepeat = request.IsRepeatable && attempt < _waits.Length;
            TimeSpan wait;
            try
            {
                var (answer, retryAfter) = await SendOnceAsync(request, cancellationToken);
                var isBusy = answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout && answer.Status != alsoGood;
                if (!isBusy || !mayRepeat || retryAfter > _longestWait)
                {
                    return answer;
                }

                wait = retryAfter > _waits[attempt] ? retryAfter : _waits[attempt];
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // What refuses the connection will hardly listen a second later; what broke one may.
                if (!mayRepeat || IsRefusal(exception))
                {
                    throw Unreachable(exception, mayHaveBeenDone: !request.IsRepeatable && !IsRefusal(exception));
                }

                wait = _waits[attempt];
            }

            await Task.Delay(wait, _host.Time, cancellationToken);
        }
    }

    private async Task<(ApiAnswer Answer, TimeSpan RetryAfter)> SendOnceAsync(Request request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.Target);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/problem+json"));
        if (_settings.Key is { } key)
        {
            message.Headers.TryAddWithoutValidation("x-functions-key", key);
        }

        if (_settings.Scope is { } scope)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(scope, cancellationToken));
        }

        if (request.IdempotencyKey is { } idempotencyKey)
        {
            message.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var response = await _http.SendAsync(message, cancellationToken);
        var answer = new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return (answer, response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
    }

    private async Task<string> TokenAsync(string scope, CancellationToken cancellationToken)
    {
        try
        {
            return (await _identity.Value.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken)).Token;
        }
        catch (AuthenticationFailedException exception)
        {
            throw CliFault.Usage($"--entra-scope: the sign-in failed ({exception.Message.Split('\n')[0].TrimEnd()})");
        }
    }

    private static bool IsRefusal(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private CliFault Unreachable(Exception exception, bool mayHaveBeenDone)
    {
        var reason = exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name cannot be resolved",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "nothing is listening, or it does not answer",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed: its certificate is not trusted, or is for another name",
            TaskCanceledException => $"no answer within {_timeout.TotalSeconds:0} s",
            _ => "the connection broke",
        };
        var fault = CliFault.Unreachable($"{_settings.BaseAddress} cannot be reached: {reason}.");
        return mayHaveBeenDone ? fault.With("The host may have done it anyway: check the payment before you try again.") : fault;
    }

    private sealed record Request(HttpMethod Method, string Target, byte[]? Body, string? IdempotencyKey, bool IsRepeatable);
}
