using System.Net.Http.Json;

namespace FunctionsNotify.Simulator;

/// <summary>The control API refused a call; the message says why.</summary>
public sealed class SimulatorControlException(string message) : Exception(message);

/// <summary>
/// The control API's client, for a simulator in another process. Every method throws
/// <see cref="SimulatorControlException"/> when the API refuses the call and <see cref="HttpRequestException"/> when the
/// simulator cannot be reached. Thread-safe.
/// </summary>
// A proxy from the environment must not stand between two processes of one machine.
public sealed class SimulatorControl(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address };

    public Task<SimulatorState> GetStateAsync(CancellationToken cancellationToken = default) => GetAsync<SimulatorState>("control/state", cancellationToken);

    /// <summary>Breaks or mends the acquirer's set-up for every payment at once.</summary>
    public Task SetAcquirerKeyKnownAsync(bool isKnown, CancellationToken cancellationToken = default) =>
        PutAsync("control/setup", new ControlApi.Setup(isKnown), cancellationToken);

    public Task SetScriptAsync(string paymentId, Script script, CancellationToken cancellationToken = default) =>
        PutAsync($"control/scripts?paymentId={Uri.EscapeDataString(paymentId)}", script, cancellationToken);

    public Task SetScriptAsync(string paymentId, params ScriptStep[] steps) => SetScriptAsync(paymentId, Script.Of(steps));

    public Task SetDefaultScriptAsync(Script script, CancellationToken cancellationToken = default) => PutAsync("control/scripts", script, cancellationToken);

    public Task ClearScriptsAsync(CancellationToken cancellationToken = default) => DeleteAsync("control/scripts", cancellationToken);

    /// <summary>Every request that is remembered, in order, after a sequence number; of one payment or of all.</summary>
    public async Task<ReceivedPage> GetRequestsAsync(string? paymentId = null, long since = 0, CancellationToken cancellationToken = default)
    {
        var requests = new List<ReceivedRequest>();
        var filter = paymentId is null ? "" : $"&paymentId={Uri.EscapeDataString(paymentId)}";
        while (true)
        {
            var page = await GetAsync<ReceivedPage>(FormattableString.Invariant($"control/requests?since={since}") + filter, cancellationToken);
            requests.AddRange(page.Requests);
            since = page.LastSequence;
            if (!page.HasMore)
            {
                return page with { Requests = requests };
            }
        }
    }

    /// <summary>Forgets every request, and what payments were acknowledged with.</summary>
    public Task ForgetRequestsAsync(CancellationToken cancellationToken = default) => DeleteAsync("control/requests", cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task PutAsync<T>(string path, T value, CancellationToken cancellationToken)
    {
        using var response = await _http.PutAsJsonAsync(path, value, ControlApi.Json, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
    }

    private async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync(path, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(path, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(ControlApi.Json, cancellationToken))!;
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new SimulatorControlException($"The simulator's control API answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
