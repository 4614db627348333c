using System.Diagnostics;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>The real program, killed between any two steps and started again.</summary>
[Collection(SharedAzurite.Name)]
public sealed class CrashTests(AzuriteFixture azurite) : IDisposable
{
    private readonly LocalHostUnderTest _host = new(azurite.ConnectionString);
    private readonly TemporaryFolder _keys = new();

    public static TheoryData<string> Points => [.. CrashPoints.All];

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

    private Process Run(SimulatorServer simulator, string? crashAt)
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
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
