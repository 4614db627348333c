using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>The real program, killed between any two steps and started again.</summary>
[Collection(SharedAzurite.Name)]
public sealed class CrashTests(AzuriteFixture azurite) : IDisposable
{
    private readonly LocalHostUnderTest _host = new(azurite.ConnectionString);
    private readonly TemporaryFolder _keys = new();

    public static TheoryData<string> Points => [.. CrashPoints.All.Except([CrashPoints.AfterRedelivery])];

    public void Dispose()
    {
        _host.Dispose();
        _keys.Dispose();
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Kill_AtAnyPoint_NothingIsLostAndTheLadderIsNotExceeded(string point)
    {
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = _keys.Path });
        simulator.Scripts.Set("crash", ScriptStep.Unknown(), ScriptStep.Success);
        await _host.EnqueueAsync(Payments.Body("crash"));
        await _host.Outcomes.CreateIfNotExistsAsync();

        using (var crashing = Run(simulator, point))
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await crashing.WaitForExitAsync(deadline.Token);
            Assert.NotEqual(0, crashing.ExitCode);
        }

        using (var going = Run(simulator, crashAt: null))
        {
            try
            {
                var outcomes = await _host.TakeOutcomesAsync(1);
                await Eventually.BecomesTrueAsync(async () => (await _host.Notifications.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0, TimeSpan.FromSeconds(60), "the empty queue");
                // An attempt whose result was never recorded is made again under its own number. The message is deleted
                // beside the first attempt, so that a kill there may meet it on either side of its record.
                int[] attempts = point switch
                {
                    CrashPoints.AfterSend => [1],
                    CrashPoints.AfterDelete => [1, 2],
                    _ => [2],
                };
                Assert.All(outcomes, outcome => Assert.Equal("Delivered", outcome.GetProperty("state").GetString()));
                Assert.All(outcomes, outcome => Assert.Contains(outcome.GetProperty("attemptCount").GetInt32(), attempts));
                Assert.Single(outcomes.Select(outcome => outcome.GetProperty("outcomeId").GetString()).Distinct());
            }
            finally
            {
                going.Kill();
                await going.WaitForExitAsync();
            }
        }

        var received = simulator.Received.List("crash");
        Assert.Equal(2, received.Count);
        Assert.Single(received.Select(request => request.BodyText).Distinct());
    }

    [Fact]
    public async Task Kill_AfterARedeliveryIsRecorded_ItIsDeliveredOnceAndTheSameCallSaysSo()
    {
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = _keys.Path });
        simulator.Scripts.Set("again", ScriptStep.Failure("PROCESS_FAIL"), ScriptStep.Success);
        await _host.EnqueueAsync(Payments.Body("again"));
        await _host.Outcomes.CreateIfNotExistsAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using (var crashing = Run(simulator, CrashPoints.AfterRedelivery, out var address))
        {
            Assert.Equal("Rejected", (await _host.TakeOutcomesAsync(1))[0].GetProperty("state").GetString());
            await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await RedeliverAsync(http, await address));
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await crashing.WaitForExitAsync(deadline.Token);
        }

        using (var going = Run(simulator, crashAt: null, out var address))
        {
            try
            {
                var outcome = (await _host.TakeOutcomesAsync(1))[0];
                Assert.Equal(("Delivered", "np-again~2", "np-again"), (outcome.GetProperty("state").GetString(), outcome.GetProperty("deliveryId").GetString(), outcome.GetProperty("supersedes").GetString()));
                var repeated = await (await RedeliverAsync(http, await address)).Content.ReadFromJsonAsync<JsonElement>();
                Assert.Equal(("np-again~2", true), (repeated.GetProperty("deliveryId").GetString(), repeated.GetProperty("isRepeat").GetBoolean()));
                var entry = Assert.Single((await http.GetFromJsonAsync<JsonElement>(new Uri(await address, "api/audit?paymentId=again"))).GetProperty("items").EnumerateArray());
                Assert.Equal(("redeliver", "accepted", "np-again~2"), (entry.GetProperty("action").GetString(), entry.GetProperty("outcome").GetString(), entry.GetProperty("deliveryId").GetString()));
            }
            finally
            {
                going.Kill();
                await going.WaitForExitAsync();
            }
        }

        Assert.Equal(2, simulator.Received.List("again").Count);
    }

    private static async Task<HttpResponseMessage> RedeliverAsync(HttpClient http, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "api/notifications/again/redeliver")) { Content = new StringContent("""{"actor":"ann","reason":"why"}""") };
        request.Headers.Add("Idempotency-Key", "k");
        return await http.SendAsync(request);
    }

    private Process Run(SimulatorServer simulator, string? crashAt) => Run(simulator, crashAt, out _);

    private Process Run(SimulatorServer simulator, string? crashAt, out Task<Uri> address)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LocalHostApp).Assembly.Location, "run"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _host.Settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        foreach (var (name, value) in simulator.HostSettings)
        {
            start.Environment[name] = value;
        }

        if (crashAt is not null)
        {
            start.Environment[CrashPoints.Variable] = crashAt;
        }

        var process = Process.Start(start)!;
        var told = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        address = told.Task;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && text.StartsWith("API: ", StringComparison.Ordinal))
            {
                told.TrySetResult(new Uri(text[5..]));
            }
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
