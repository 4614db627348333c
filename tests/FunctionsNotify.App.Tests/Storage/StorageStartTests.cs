using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class StorageStartTests(AzuriteFixture azurite)
{
    private readonly string _name = AzuriteFixture.NewName("s");

    [Fact]
    public async Task Start_EmptyAccountTwice_CreatesEverythingOnce()
    {
        var parts = Parts(azurite.ConnectionString);
        Assert.Equal(
            ["refused: HTTP 404 QueueNotFound", "refused: HTTP 404 TableNotFound", "refused: HTTP 404 ContainerNotFound"],
            (await Task.WhenAll(Checks(parts).Select(check => check.FindFault(default)))).OfType<string>());

        await StartAsync(parts);
        await StartAsync(parts);

        Assert.All(await Task.WhenAll(Checks(parts).Select(check => check.FindFault(default))), Assert.Null);
    }

    [Fact]
    public async Task Start_AccountThatNeverAnswers_SaysSoWithinAMinuteAndWithoutSecrets()
    {
        // Accepts connections, as the system does for a listener, and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var parts = Parts($"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:{port}/a;QueueEndpoint=http://127.0.0.1:{port}/a;TableEndpoint=http://127.0.0.1:{port}/a;");
        var waited = Stopwatch.StartNew();

        var fault = await Assert.ThrowsAsync<StartException>(() => StartAsync(parts));

        Assert.Matches(@"^Storage: (queue|table|blob container) [a-z0-9-]+ could not be reached or created \(no answer\)\.", fault.Message);
        Assert.Equal([fault.Message], StartFaults.Of(fault));
        Assert.DoesNotContain("a2V5", fault.ToString(), StringComparison.Ordinal);

        // Rounds of a few tries of 4 s for half a minute; the SDK's own defaults take minutes each.
        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"took {waited.Elapsed}");
    }

    [Fact]
    public async Task Readiness_NobodyThere_SaysNotReachedWithoutTheAddress()
    {
        var options = new BlobClientOptions();
        options.Retry.MaxRetries = 0;
        var container = new BlobServiceClient("DefaultEndpointsProtocol=http;AccountName=secretname;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/secretname", options).GetBlobContainerClient("container");

        Assert.Equal("not reached", await StorageReadiness.Of(container).FindFault(default));
    }

    private (Queues Queues, NotifyTable Table, BlobContainerClient Container) Parts(string connectionString)
    {
        var connection = TableFixture.Connection(connectionString);
        var service = connection.Queues(transport: null);
        using var measured = new Measurements();
        var queues = new Queues(
            service.GetQueueClient(_name),
            service.GetQueueClient(_name + "-out"),
            service.GetQueueClient(_name + "-poison"),
            OutcomeEncoding.None,
            new Metrics(measured.Meters, TimeProvider.System),
            TimeProvider.System);
        return (queues, connection.Table(_name, transport: null), connection.Blobs(transport: null).GetBlobContainerClient(_name));
    }

    private static List<ReadinessCheck> Checks((Queues Queues, NotifyTable Table, BlobContainerClient Container) parts) =>
        [StorageReadiness.Of(parts.Queues), StorageReadiness.Of(parts.Table), StorageReadiness.Of(parts.Container)];

    private static Task StartAsync((Queues Queues, NotifyTable Table, BlobContainerClient Container) parts) =>
        new StorageStart(parts.Queues, parts.Table, parts.Container, TimeProvider.System, NullLogger<StorageStart>.Instance).StartingAsync(CancellationToken.None);
}
