using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moq;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class StorageServicesTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Start_EmptyAccount_CreatesEverythingBeforeOtherServicesStart()
    {
        var names = new Names();
        using var host = Host(azurite.ConnectionString, names, services => services.AddHostedService<Probe>());

        await host.StartAsync();
        using var second = Host(azurite.ConnectionString, names);
        await second.StartAsync();

        Assert.Equal([true, true, true, true], host.Services.GetServices<IHostedService>().OfType<Probe>().Single().Seen);
    }

    [Fact]
    public async Task Start_EveryPort_WorksOnWhatWasCreated()
    {
        using var host = Host(azurite.ConnectionString, new Names());
        await host.StartAsync();
        var claim = Given.Claim(Given.NewPaymentId());

        Assert.Null(await host.Services.GetRequiredService<IClaimStore>().TryInsertAsync(claim, default));
        await host.Services.GetRequiredService<IDeliveryIndex>().UpsertAsync(Given.IndexRow(claim.PaymentId, 1), default);

        Assert.IsType<MessageCodec>(host.Services.GetRequiredService<IMessageCodec>());
        Assert.IsType<QueueOutcomePublisher>(host.Services.GetRequiredService<IOutcomePublisher>());
        Assert.IsType<BlobQuarantineStore>(host.Services.GetRequiredService<IQuarantineStore>());
    }

    [Fact]
    public async Task AddNotificationQueues_HostKeepsClaimsItself_CreatesNoTable()
    {
        var names = new Names();
        using var host = new HostBuilder()
            .ConfigureServices(services => services.AddNotificationQueues(names.Configuration(azurite.ConnectionString)))
            .Build();

        await host.StartAsync();

        Assert.Null(host.Services.GetService<IClaimStore>());
        Assert.DoesNotContain(names.Table, new TableServiceClient(azurite.ConnectionString).Query().Select(table => table.Name));
    }

    [Fact]
    public void AddNotificationStorage_PortOfTheHosts_Stays()
    {
        var own = Mock.Of<IClaimStore>();
        using var host = Host(azurite.ConnectionString, new Names(), services => services.AddSingleton(own));

        Assert.Same(own, host.Services.GetRequiredService<IClaimStore>());
    }

    [Fact]
    public async Task Start_AccountThatNeverAnswers_FailsAndNamesTheResource()
    {
        // Accepts connections, as the system does for a listener, and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using var host = Host(
            $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:{port}/a;QueueEndpoint=http://127.0.0.1:{port}/a;TableEndpoint=http://127.0.0.1:{port}/a;",
            new Names());
        var waited = Stopwatch.StartNew();

        var fault = await Assert.ThrowsAsync<StorageUnavailableException>(() => host.StartAsync());

        Assert.Matches(@"^Storage: (queue|table|blob container) [a-z0-9]+ could not be reached or created \(no answer\)\.", fault.Message);
        Assert.DoesNotContain("a2V5", fault.ToString(), StringComparison.Ordinal);

        // Three tries of 4 s; the SDK's own defaults take minutes.
        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"took {waited.Elapsed}");
    }

    private static IHost Host(string connectionString, Names names, Action<IServiceCollection>? first = null) =>
        new HostBuilder()
            .ConfigureServices(services =>
            {
                services.AddSingleton(names);
                first?.Invoke(services);
                services.AddNotificationStorage(names.Configuration(connectionString));
            })
            .Build();

    private sealed class Names
    {
        public string Notifications { get; } = AzuriteFixture.NewName("n");

        public string Outcomes { get; } = AzuriteFixture.NewName("o");

        public string Table { get; } = AzuriteFixture.NewName("t");

        public string Container { get; } = AzuriteFixture.NewName("c");

        public IConfiguration Configuration(string connectionString) => new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = connectionString,
                ["Queues:Notifications"] = Notifications,
                ["Queues:Outcomes"] = Outcomes,
                ["Storage:Table"] = Table,
                ["Storage:QuarantineContainer"] = Container,
            })
            .Build();
    }

    /// <summary>A service that was registered before ours, as the Functions worker is; it looks at the account when it starts.</summary>
    private sealed class Probe(QueueServiceClient queues, TableServiceClient tables, BlobServiceClient blobs, Names names) : IHostedService
    {
        public bool[] Seen { get; private set; } = [];

        public async Task StartAsync(CancellationToken cancellationToken) => Seen =
        [
            await queues.GetQueueClient(names.Notifications).ExistsAsync(cancellationToken),
            await queues.GetQueueClient(names.Outcomes).ExistsAsync(cancellationToken),
            await blobs.GetBlobContainerClient(names.Container).ExistsAsync(cancellationToken),
            tables.Query(table => table.Name == names.Table, cancellationToken: cancellationToken).Any(),
        ];

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
