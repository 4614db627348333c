using System.Diagnostics;
using System.Globalization;
using System.Text;
using Azure.Storage.Queues;
using FunctionsNotify.Testing;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>The real program with the Azurite and the simulator that it starts itself.</summary>
public sealed class OwnServicesTests : IDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _data = new();
    private readonly StringBuilder _output = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Kill_ProgramWithItsOwnAzurite_AzuriteSavesItsDataAndEndsAndTheNextStartGoesOn()
    {
        int azurite;
        using (var first = Run())
        {
            var storage = await LineAsync("Storage: Azurite ");
            await new QueueClient(storage, "payment-notifications").SendMessageAsync(Payments.Body("own"));
            var outcomes = new QueueClient(storage, "payment-notification-outcomes");
            await Eventually.BecomesTrueAsync(async () => (await outcomes.PeekMessagesAsync()).Value.Length == 1, TimeSpan.FromSeconds(60), "the outcome");
            azurite = await AzuriteIdAsync();
            first.Kill();
            await first.WaitForExitAsync();
        }

        lock (_output)
        {
            _output.Clear();
        }

        using var second = Run();
        try
        {
            var storage = await LineAsync("Storage: Azurite ");
            Assert.False(Runs(azurite));
            var kept = Assert.Single((await new QueueClient(storage, "payment-notification-outcomes").PeekMessagesAsync(32)).Value);
            Assert.Contains("\"np-own\"", kept.Body.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            azurite = await AzuriteIdAsync();
            second.Kill();
            await second.WaitForExitAsync();
            await Eventually.BecomesTrueAsync(() => !Runs(azurite), Eventually.Soon, "the end of the orphaned Azurite");
        }
    }

    private static bool Runs(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task<int> AzuriteIdAsync() =>
        int.Parse(await File.ReadAllTextAsync(Path.Combine(_data.Path, "azurite", "azurite.pid")), CultureInfo.InvariantCulture);

    private Process Run()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LocalHostApp).Assembly.Location, "run", "--data", _data.Path, "--port", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("AzureWebJobsStorage");
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Take(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private async Task<string> LineAsync(string start)
    {
        var output = await Eventually.IsAsync(
            () =>
            {
                lock (_output)
                {
                    return Task.FromResult(_output.ToString());
                }
            },
            text => text.Contains("\nReady.", StringComparison.Ordinal),
            StartTime,
            "the program to be ready");
        return output.Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..].TrimEnd();
    }
}
