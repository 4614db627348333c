using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios;

/// <summary>The app's HTTP API. Whatever a scenario looks at: every answer is held to openapi.json.</summary>
internal sealed class NotifyApi : IDisposable
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http;

    /// <summary>Reaches a host's API.</summary>
    /// <param name="baseAddress">The host's address, without <c>/api</c>.</param>
    /// <param name="key">The key that its functions ask for; null when it asks for none.</param>
    public NotifyApi(Uri baseAddress, string? key)
    {
        _http = new HttpClient(new ContractHandler(new SocketsHttpHandler())) { BaseAddress = baseAddress, Timeout = TimeSpan.FromSeconds(60) };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
        }
    }

    public Uri Address => _http.BaseAddress!;

    public void Dispose() => _http.Dispose();

    /// <summary>What the host says of itself.</summary>
    public async Task<(string Status, string Host, HostPolicy Policy)> HealthAsync()
    {
        var json = await _http.GetFromJsonAsync<JsonElement>(Uri("health"));
        return (json.GetProperty("status").GetString()!, json.GetProperty("host").GetString()!, json.GetProperty("delivery").Deserialize<HostPolicy>(Options)!);
    }

    /// <summary>True when the host answers.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await _http.GetAsync(Uri("health"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The payment's notification; null when the host does not know it. Asked again where storage was too busy to answer.</summary>
    public async Task<NotificationAnswer?> FindAsync(string paymentId)
    {
        for (var asked = Stopwatch.StartNew(); ;)
        {
            using var response = await _http.GetAsync(Uri(Path(paymentId)));
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable && asked.Elapsed < HostUnderTest.Patience)
            {
                await Task.Delay(Pause);
                continue;
            }

            return response.StatusCode == HttpStatusCode.NotFound
                ? null
                : await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<NotificationAnswer>(Options);
        }
    }

    /// <summary>Waits until the payment's notification is as wanted.</summary>
    public async Task<NotificationAnswer> WaitAsync(string paymentId, Func<NotificationAnswer, bool> wanted, TimeSpan deadline, string what)
    {
        return (await Eventually.IsAsync(LookAsync, answer => answer is not null && wanted(answer), deadline, $"{paymentId} {what}"))!;

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
    public Task<NotificationAnswer> WaitForAttemptAsync(Payment payment, int attempt) => WaitAsync(
        payment.Id, answer => answer.Delivery is { Phase: "Waiting" } delivery && delivery.NextAttempt == attempt, HostUnderTest.Patience, $"to wait for attempt {attempt}");

    /// <summary>Gives a command; <paramref name="kind"/> is <c>cancel</c> or <c>send-now</c>.</summary>
    public Task<(HttpStatusCode Status, JsonElement Answer)> CommandAsync(string paymentId, string kind, object? body = null) =>
        PostAsync($"{Path(paymentId)}/{kind}", body ?? new { actor = "ann", reason = "scenario" });

    /// <summary>Asks for a change: a POST below <c>/api</c>.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, object? body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Uri(path)) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Has a payment delivered again.</summary>
    public Task<(HttpStatusCode Status, JsonElement Answer)> RedeliverAsync(string paymentId, object? more = null, string? key = null) =>
        PostAsync($"{Path(paymentId)}/redeliver", more ?? new { actor = "ann", reason = "scenario" }, key);

    /// <summary>An answer as JSON, and its status.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> ReadJsonAsync(string path)
    {
        using var response = await _http.GetAsync(Uri(path));
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>An answer's status and type only.</summary>
    public async Task<(HttpStatusCode Status, string? ContentType)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(Uri(path));
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>An answer as it was written.</summary>
    public Task<string> ReadAsync(string path) => _http.GetStringAsync(Uri(path));

    private static string Path(string paymentId) => $"notifications/{System.Uri.EscapeDataString(paymentId)}";

    private static Uri Uri(string path) => new($"api/{path}", UriKind.Relative);
}

/// <summary>The answer of <c>GET /api/notifications/{paymentId}</c>.</summary>
internal sealed record NotificationAnswer(string PaymentId, string State, string DeliveryId, int Duplicates, DeliveryAnswer? Delivery);

/// <summary>The delivery in it.</summary>
internal sealed record DeliveryAnswer(string State, string Phase, int AttemptCount, int MaxAttempts, int? NextAttempt, DateTimeOffset? NextDueAt)
{
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    public IReadOnlyList<CommandVerdict> Commands { get; init; } = [];
}

/// <summary>What became of a command.</summary>
internal sealed record CommandVerdict(string Id, string? Kind, string Result, string? Detail, string? Actor, string? Reason);
