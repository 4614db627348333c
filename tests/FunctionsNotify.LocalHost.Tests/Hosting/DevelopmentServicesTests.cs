using Azure.Storage.Queues;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class DevelopmentServicesTests
{
    [Fact]
    public async Task RunAsync_UntilStopped_WritesSettingsThatReachBoth()
    {
        var data = Directory.CreateTempSubdirectory("notify-services-").FullName;
        using var stop = new CancellationTokenSource();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("LocalHost:Data", data)]).Build();
        var running = DevelopmentServices.RunAsync(configuration, stop.Token);
        var file = Path.Combine(data, "services.env");
        await Eventually.BecomesTrueAsync(() => running.IsCompleted || File.Exists(file), TimeSpan.FromMinutes(3), "services.env");
        Assert.False(running.IsCompleted, running.Exception?.ToString());

        var settings = File.ReadAllLines(file).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        await new QueueClient(settings["AzureWebJobsStorage"], "payment-notifications").CreateAsync();
        Assert.Equal(settings["AzureWebJobsStorage"], settings["PaymentsStorage"]);
        using var simulator = new SimulatorControl(new Uri(settings["AlipayPlus__BaseUrl"]));
        await simulator.GetHealthAsync();
        Assert.True(File.Exists(settings["AlipayPlus__PrivateKeyPath"]));

        await stop.CancelAsync();
        await running;
        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.GetHealthAsync());
        Directory.Delete(data, recursive: true);
    }
}
