using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>The host's HTTP API.</summary>
public sealed class NotifyApi : IDisposable
{
    private const string KeyHeader = "x-functions-key";


    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http;

    /// <summary>Reaches a host's API.</summary>
    /// <param name="baseAddress">The host's address, without <c>/api</c>.</param>
    /// <param name="key">The key that its functions ask for; null when it asks for none.</param>
    public NotifyApi(Uri baseAddress, string? key)
    {
        // Whatever a scenario looks at: every answer is as openapi.json says.
        _http = new HttpClient(new ContractHandler(new SocketsHttpHandler())) { BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(20) };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Add(KeyHeader, key);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What the host says of itself.</summary>
    public async Task<(string Status, string Host, HostPolicy Policy)> HealthAsync()
    {
        var json = await _http.GetFromJsonAsync<JsonElement>(new Uri("api/health", UriKind.Relative));
        return (
            json.GetProperty("status").GetString()!,
            json.GetProperty("host").GetString()!,
            json.GetProperty("delivery").Deserialize<HostPolicy>(Options)!);
    }

    /// <summary>True when the host answers.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("api/health", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The payment's notification; null when the host does not know it.</summary>
    public async Task<NotificationAnswer?> FindAsync(string paymentId)
    {
        using var response = await _http.GetAsync(Path(paymentId));
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<NotificationAnswer>(Options);
    }

    /// <summary>Waits until the payment's notification is as wanted.</summary>
    public async Task<NotificationAnswer> WaitAsync(string paymentId, Func<NotificationAnswer, bool> wanted, TimeSpan deadline, string what)
    {
        var found = await Eventually.IsAsync(LookAsync, answer => answer is not null && wanted(answer), deadline, $"{paymentId} {what}");
        return found!;

        async Task<NotificationAnswer?> LookAsync()
        {
            var answer = await FindAsync(paymentId);
            if (answer is null || !wanted(answer))
            {
                // Many scenarios look at the same time: the host has other things to do.
                await Task.Delay(Pause);
            }

            return answer;
        }
    }

    /// <summary>Waits until the delivery waits for this attempt.</summary>
    public Task<NotificationAnswer> WaitForAttemptAsync(string paymentId, int attempt, TimeSpan deadline) =>
        WaitAsync(paymentId, answer => answer.Delivery is { Phase: "Waiting" } delivery && delivery.NextAttempt == attempt, deadline, $"to wait for attempt {attempt}");

    /// <summary>Gives a command; <paramref name="kind"/> is <c>cancel</c> or <c>send-now</c>.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> CommandAsync(string paymentId, string kind, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var response = await _http.PostAsync(new Uri($"{Path(paymentId)}/{kind}", UriKind.Relative), content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Asks for a change: a POST below <c>/api</c>.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"api/{path}", UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Has a payment delivered again.</summary>
    public Task<(HttpStatusCode Status, JsonElement Answer)> RedeliverAsync(string paymentId, object? more = null, string? key = null) =>
        PostAsync($"notifications/{Uri.EscapeDataString(paymentId)}/redeliver", more ?? new { actor = "ann", reason = "scenario" }, key);

    /// <summary>An answer as JSON, and its status.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> ReadJsonAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri($"api/{path}", UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>A raw call, for what is not found.</summary>
    public async Task<(HttpStatusCode Status, string? ContentType)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>An answer as it was written.</summary>
    public Task<string> ReadAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    private static Uri Path(string paymentId) => new($"api/notifications/{Uri.EscapeDataString(paymentId)}", UriKind.Relative);
}
