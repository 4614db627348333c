using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FunctionsNotify.Simulator;

/// <summary>
/// The control API's client, for a simulator in another process. Every method throws
/// <see cref="SimulatorControlException"/> when the API refuses the call and <see cref="HttpRequestException"/> when the
/// simulator cannot be reached. Thread-safe.
/// </summary>
public sealed class SimulatorControl : IDisposable
{
    private const int PageSize = 1_000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly HttpClient _http;

    /// <summary>Makes a client.</summary>
    /// <param name="address">The simulator's address, such as <c>http://127.0.0.1:5080/</c>.</param>
    public SimulatorControl(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        // A proxy from the environment must not stand between two processes of one machine.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    /// <summary>How the simulator is.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<HealthInfo> GetHealthAsync(CancellationToken cancellationToken = default) => GetAsync<HealthInfo>("control/health", cancellationToken);

    /// <summary>Client id, public keys, and the settings that a host needs.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<KeysInfo> GetKeysAsync(CancellationToken cancellationToken = default) => GetAsync<KeysInfo>("control/keys", cancellationToken);

    /// <summary>Breaks or mends the acquirer's set-up, see <see cref="SimulatorSetup.AcquirerKeyKnown"/>.</summary>
    /// <param name="isKnown">False to forget the key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SetAcquirerKeyKnownAsync(bool isKnown, CancellationToken cancellationToken = default)
    {
        using var response = await _http.PutAsJsonAsync("control/setup", new SetupInfo(isKnown), ControlJson.Options, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
    }

    /// <summary>Sets a payment's script; it starts at its first step.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="script">The script.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetScriptAsync(string paymentId, Script script, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(paymentId);
        return PutScriptAsync(Address("control/scripts", paymentId), script, cancellationToken);
    }

    /// <summary>Sets a payment's script of these steps, whose last one repeats.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="steps">The steps.</param>
    public Task SetScriptAsync(string paymentId, params ScriptStep[] steps) => SetScriptAsync(paymentId, Script.Of(steps));

    /// <summary>Sets the default script; every payment without an own script starts at its first step.</summary>
    /// <param name="script">The script.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetDefaultScriptAsync(Script script, CancellationToken cancellationToken = default) =>
        PutScriptAsync(Address("control/scripts", null), script, cancellationToken);

    /// <summary>A payment's own script, or the default one; null when there is none.</summary>
    /// <param name="paymentId">The payment; null for the default script.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ScriptStatus?> FindScriptAsync(string? paymentId, CancellationToken cancellationToken = default)
    {
        using var response = await _http.GetAsync(Address("control/scripts", paymentId), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        return await ReadAsync<ScriptStatus>(response, cancellationToken);
    }

    /// <summary>Removes a payment's script.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it had none.</returns>
    public async Task<bool> RemoveScriptAsync(string paymentId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(paymentId);
        using var response = await _http.DeleteAsync(Address("control/scripts", paymentId), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await ThrowIfRefusedAsync(response, cancellationToken);
        return true;
    }

    /// <summary>Removes every script, the default too.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ClearScriptsAsync(CancellationToken cancellationToken = default) => DeleteAsync("control/scripts", cancellationToken);

    /// <summary>Everything that is remembered, in order; more than one call where it is much.</summary>
    /// <param name="paymentId">Only this payment's; null for all.</param>
    /// <param name="since">Only records after this sequence number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ReceivedPage> GetRequestsAsync(string? paymentId = null, long since = 0, CancellationToken cancellationToken = default)
    {
        var requests = new List<ReceivedRequest>();
        while (true)
        {
            var address = Address("control/requests", paymentId);
            var query = FormattableString.Invariant($"since={since}&limit={PageSize}");
            var page = await GetAsync<ReceivedPage>($"{address}{(paymentId is null ? '?' : '&')}{query}", cancellationToken);
            requests.AddRange(page.Requests);
            since = page.LastSequence;
            if (!page.HasMore)
            {
                return page with { Requests = requests };
            }
        }
    }

    /// <summary>Waits until a payment has sent a number of requests.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="count">The least number of requests.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The requests, <paramref name="count"/> or more.</returns>
    /// <exception cref="TimeoutException">There were fewer when the time was over; the message says how many.</exception>
    public async Task<IReadOnlyList<ReceivedRequest>> WaitForRequestsAsync(string paymentId, int count, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(paymentId);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var received = (await GetRequestsAsync(paymentId, cancellationToken: cancellationToken)).Requests;
            if (received.Count >= count)
            {
                return received;
            }

            if (TimeProvider.System.GetElapsedTime(started) > timeout)
            {
                throw new TimeoutException($"Expected {count} requests within {timeout:c}; {received.Count} came.");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>Forgets every request, and what payments were acknowledged with.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ForgetRequestsAsync(CancellationToken cancellationToken = default) => DeleteAsync("control/requests", cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static string Address(string path, string? paymentId) =>
        paymentId is null ? path : $"{path}?paymentId={Uri.EscapeDataString(paymentId)}";

    private async Task PutScriptAsync(string address, Script script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        using var response = await _http.PutAsJsonAsync(address, script, ControlJson.Options, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
    }

    private async Task DeleteAsync(string address, CancellationToken cancellationToken)
    {
        using var response = await _http.DeleteAsync(address, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
    }

    private async Task<T> GetAsync<T>(string address, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(address, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await ThrowIfRefusedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(ControlJson.Options, cancellationToken)
            ?? throw new SimulatorControlException("The simulator's control API answered null.");
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        ControlProblem? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync<ControlProblem>(ControlJson.Options, cancellationToken);
        }
        catch (JsonException)
        {
            // Then it was no answer of the control API, and the status says all there is.
        }

        throw new SimulatorControlException((int)response.StatusCode, problem);
    }
}
