using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost.Tests;

/// <summary>What a test sees of a local host: queues and the API; and the settings to start one with.</summary>
internal sealed class LocalHostUnderTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly string _name = AzuriteFixture.NewName("q");

    public LocalHostUnderTest(string connectionString)
    {
        var service = new QueueServiceClient(connectionString);
        Notifications = service.GetQueueClient(_name);
        Outcomes = service.GetQueueClient(_name + "-outcomes");
        Poison = service.GetQueueClient(_name + "-poison");
        Settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["AzureWebJobsStorage"] = connectionString,
            ["Queues:Notifications"] = Notifications.Name,
            ["Queues:Outcomes"] = Outcomes.Name,
            ["Storage:QuarantineContainer"] = _name + "-quarantine",
            ["LocalHost:Data"] = _folder.Path,
            ["LocalHost:Port"] = "0",
            ["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:01",
            ["AzureFunctionsJobHost:extensions:queues:maxDequeueCount"] = "3",
        };
    }

    public QueueClient Notifications { get; }

    public QueueClient Outcomes { get; }

    public QueueClient Poison { get; }

    public string Data => _folder.Path;

    public Dictionary<string, string?> Settings { get; }

    public Task<LocalHostApp> StartAsync() =>
        LocalHostApp.StartAsync(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build(), _ => { });

    public async Task EnqueueAsync(string message)
    {
        await Notifications.CreateIfNotExistsAsync();
        await Notifications.SendMessageAsync(message);
    }

    /// <summary>Waits for so many outcomes and takes them off the queue.</summary>
    public async Task<IReadOnlyList<JsonElement>> TakeOutcomesAsync(int count)
    {
        List<JsonElement> taken = [];
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                foreach (var message in (await Outcomes.ReceiveMessagesAsync(32)).Value)
                {
                    taken.Add(message.Body.ToObjectFromJson<JsonElement>());
                    await Outcomes.DeleteMessageAsync(message.MessageId, message.PopReceipt);
                }

                return taken.Count >= count;
            },
            TimeSpan.FromSeconds(60),
            $"{count} outcomes");
        return taken;
    }

    public async Task<NotificationView?> FindAsync(LocalHostApp app, string paymentId)
    {
        using var response = await _http.GetAsync(new Uri(app.ApiAddress, $"api/notifications/{paymentId}"));
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<NotificationView>(DeliveryJson.Options) : null;
    }

    public async Task<HttpResponseMessage> CommandAsync(LocalHostApp app, string paymentId, string command) =>
        await _http.PostAsync(new Uri(app.ApiAddress, $"api/notifications/{paymentId}/{command}"), content: null);

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }
}
