using System.Globalization;
using System.Text.Json;
using Azure.Storage.Queues;
using FunctionsNotify.LocalHost;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.Cli.Tests;

/// <summary>A real local host, and the program set to it by its environment.</summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _name = AzuriteFixture.NewName("q");
    private readonly Dictionary<string, string?> _settings;
    private LocalHostApp? _app;

    public HostUnderTest(string connection)
    {
        _settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["AzureWebJobsStorage"] = connection,
            ["Queues:Notifications"] = _name,
            ["Queues:Outcomes"] = _name + "-outcomes",
            ["Storage:QuarantineContainer"] = _name + "-quarantine",
            ["LocalHost:Data"] = _folder.Path,
            ["LocalHost:Port"] = "0",
            ["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:01",
            ["AzureFunctionsJobHost:extensions:queues:maxDequeueCount"] = "3",
        };
        Notify.Environment["AzureWebJobsStorage"] = connection;
        Notify.Environment["Queues__Notifications"] = _name;
        Queue = new QueueServiceClient(connection).GetQueueClient(_name);
    }

    public NotifyUnderTest Notify { get; } = new();

    public QueueClient Queue { get; }

    public TemporaryFolder Folder => _folder;

    public LocalHostApp App => _app ?? throw new InvalidOperationException("The host was not started.");

    public static string Body(string paymentId, string code = "RISK_REJECT") =>
        $$"""{"paymentResult":{"resultStatus":"F","resultCode":"{{code}}"},"paymentId":"{{paymentId}}","paymentRequestId":"order-{{paymentId}}"}""";

    /// <summary>Starts the host with these waits of the retry schedule.</summary>
    public async Task StartAsync(params string[] retryDelays)
    {
        foreach (var (index, delay) in retryDelays.Index())
        {
            _settings[string.Create(CultureInfo.InvariantCulture, $"Delivery:RetryDelays:{index}")] = delay;
        }

        _app = await LocalHostApp.StartAsync(new ConfigurationBuilder().AddInMemoryCollection(_settings).Build(), _ => { });
        Notify.Environment["NOTIFY_API"] = _app.ApiAddress.ToString();
    }

    /// <summary>Runs the program with a reason, for a change.</summary>
    public Task<Ending> ChangeAsync(params string[] args) => Notify.RunAsync([.. args, "--reason", "a test", "--actor", "tester"]);

    /// <summary>Puts notifications on the queue by the program itself.</summary>
    public async Task EnqueueAsync(params IReadOnlyList<string> bodies)
    {
        Notify.Input = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', bodies));
        (await Notify.RunAsync("enqueue", "--file", "-", "--create-queue")).EndsWith(ExitCodes.Done);
    }

    /// <summary>Waits until status says so and returns what it says.</summary>
    public Task<JsonElement> StatusAsync(string paymentId, Func<JsonElement, bool> wanted, string what) => Eventually.IsAsync(
        async () => await Notify.RunAsync("status", paymentId, "--json") is { Code: ExitCodes.Done } ending ? ending.Json : default,
        view => view.ValueKind == JsonValueKind.Object && wanted(view),
        TimeSpan.FromSeconds(60),
        what);

    public Task<JsonElement> StateAsync(string paymentId, string state) => StatusAsync(paymentId, view => view.Text("state") == state, $"{paymentId} to be {state}");

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await Queue.DeleteIfExistsAsync();
        _folder.Dispose();
    }
}
