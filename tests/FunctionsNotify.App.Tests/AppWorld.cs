using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using DurableTask.Core.Exceptions;
using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests;

/// <summary>Tests with a world of their own each.</summary>
public abstract class AppWorldTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private protected AppWorld _world = null!;

    protected AzuriteFixture Azurite => azurite;

    public virtual async Task InitializeAsync() => _world = await AppWorld.NewAsync(azurite);

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>
/// The app's own classes over a real Azurite, in queues, a table and a container of this world alone, and a Durable that
/// keeps its instances in memory. Any call to either can be made to fail, before or after its effect.
/// </summary>
internal sealed class AppWorld : IDisposable
{
    private readonly TimeProvider _clock;

    private AppWorld(AzuriteFixture azurite, TimeProvider? clock)
    {
        _clock = clock ?? Time;
        var name = AzuriteFixture.NewName("w");
        Connection = new StorageConnection { Source = StorageConnection.Section, ConnectionString = azurite.ConnectionString };
        var service = Connection.Queues(Calls);
        (NotificationsQueue, OutcomesQueue, PoisonQueue) = (service.GetQueueClient(name), service.GetQueueClient(name + "-out"), service.GetQueueClient(name + "-poison"));
        Metrics = new Metrics(Measured.Meters, _clock);
        Queues = new Queues(NotificationsQueue, OutcomesQueue, PoisonQueue, OutcomeEncoding.None, Metrics, _clock);
        Table = Connection.Table(name, Calls);
        Container = Connection.Blobs(Calls).GetBlobContainerClient(name);
        Quarantine = new QuarantineStore(Container);
        Claims = new Claims(Table, _clock, Log<Claims>());
        Index = new DeliveryIndex(Table, _clock, Log<DeliveryIndex>());
        Listing = new DeliveryListing(Table);
        Audit = new AuditLog(Table);
        Durable = new DurableInMemory(Calls, _clock);
        MessageQuarantine = new MessageQuarantine(Quarantine, Queues, _clock, Log<MessageQuarantine>());
        Intake = new NotificationIntake(Claims, MessageQuarantine, new Admission(WorkItems.Object, new OverloadPolicy(), _clock, Log<Admission>()), new DeliveryPolicy(), Metrics, _clock, Log<NotificationIntake>());
        Drain = new PoisonDrain(Queues, Intake, Claims, Index, MessageQuarantine, _clock, Log<PoisonDrain>());
        Recorder = new Recorder(Claims, Index, Queues, Metrics, _clock, Log<Recorder>());
        Sweeper = new Sweeper(Claims, Index, new DeliveryPolicy(), new RetentionPolicy(), _clock, Log<Sweeper>());
        Rounds = new Rounds(Table, _clock);
        Search = new StuckSearch(Claims, Index, Rounds, _clock, Log<StuckSearch>());
        Purge = new Purge(Claims, Index, Quarantine, new RetentionPolicy(), Rounds, _clock, Log<Purge>());
    }

    /// <summary>The clock, unless the world was made with another.</summary>
    public FakeTimeProvider Time { get; } = new(Given.Start);

    public DateTimeOffset Now => _clock.GetUtcNow();

    public FaultyCalls Calls { get; } = new();

    public DurableInMemory Durable { get; }

    /// <summary>Durable's queue of work items; empty unless a test says otherwise.</summary>
    public Mock<QueueClient> WorkItems { get; } = new();

    public Measurements Measured { get; } = new();

    public List<string> Lines { get; } = [];

    public IEnumerable<string> Alerts => Lines.Where(line => line.StartsWith("Error:", StringComparison.Ordinal));

    public StorageConnection Connection { get; }

    public QueueClient NotificationsQueue { get; }

    public QueueClient OutcomesQueue { get; }

    public QueueClient PoisonQueue { get; }

    public Metrics Metrics { get; }

    public NotifyTable Table { get; }

    public BlobContainerClient Container { get; }

    public Queues Queues { get; }

    public QuarantineStore Quarantine { get; }

    public Claims Claims { get; }

    public DeliveryIndex Index { get; }

    public DeliveryListing Listing { get; }

    public AuditLog Audit { get; }

    public MessageQuarantine MessageQuarantine { get; }

    public NotificationIntake Intake { get; }

    public PoisonDrain Drain { get; }

    public Recorder Recorder { get; }

    public Sweeper Sweeper { get; }

    public Rounds Rounds { get; }

    public StuckSearch Search { get; }

    public Purge Purge { get; }

    public static async Task<AppWorld> NewAsync(AzuriteFixture azurite, TimeProvider? clock = null)
    {
        var world = new AppWorld(azurite, clock);
        await Task.WhenAll(
            world.NotificationsQueue.CreateAsync(), world.OutcomesQueue.CreateAsync(), world.PoisonQueue.CreateAsync(), world.Table.Rows.CreateAsync(), world.Container.CreateAsync());
        return world;
    }

    public void Dispose() => Measured.Dispose();

    public ILogger<T> Log<T>() => new KeptLog<T>(Lines);

    public Task<IntakeResult> AcceptAsync(string body, string messageId = "m-1") => AcceptAsync(Message(body, messageId));

    public Task<IntakeResult> AcceptAsync(QueueMessageData message) => Intake.AcceptAsync(message, Durable.Client, CancellationToken.None);

    public static QueueMessageData Message(string body, string messageId = "m-1") => new(messageId, Given.Start.AddSeconds(-1), 1, Encoding.UTF8.GetBytes(body));

    public static string Body(string paymentId = "p-1", string code = "RISK_REJECT") =>
        $$$"""{"paymentResult":{"resultStatus":"F","resultCode":"{{{code}}}"},"paymentId":"{{{paymentId}}}"}""";

    /// <summary>A claim as it stands in the table, whatever stood there before.</summary>
    public async Task<Claim> ClaimAsync(string paymentId = "p-1", int generation = 1, DeliveryState state = DeliveryState.Open, DateTimeOffset? endedAt = null) => await PutAsync(new Claim
    {
        PaymentId = paymentId,
        DeliveryId = DeliveryIds.ForDelivery(paymentId, generation),
        Generation = generation,
        Body = "{}"u8.ToArray(),
        BodyHashes = ["hash"],
        FirstMessageId = "m-1",
        AcceptedAt = Given.Start.AddHours(-1),
        State = state,
        EndedAt = endedAt,
    });

    public async Task<Claim> PutAsync(Claim claim)
    {
        await Table.Rows.UpsertEntityAsync(ClaimRow.Of(claim, "insert"), TableUpdateMode.Replace);
        return claim;
    }

    public async Task<DeliveryIndexRow> RowAsync(Claim claim, TimeSpan overdueBy, bool starting = false)
    {
        var row = DeliveryIndexRow.Starting(claim, Now - overdueBy);
        row = starting ? row : row with { StartingSince = null, Sequence = 3, AttemptCount = 1 };
        await Table.Rows.UpsertEntityAsync(IndexRow.Of(row), TableUpdateMode.Replace);
        await Table.Rows.UpsertEntityAsync(IndexRow.OpenOf(row), TableUpdateMode.Replace);
        return row;
    }

    /// <summary>The rows, and that beside each open one its copy stands, and no other.</summary>
    public async Task<List<DeliveryIndexRow>> RowsAsync()
    {
        var rows = await ReadAsync(row => row.PartitionKey.StartsWith("d-", StringComparison.Ordinal) && !row.RowKey.StartsWith(IndexRow.FirstOpenKey, StringComparison.Ordinal), IndexRow.Read);
        var copies = await ReadAsync(row => row.RowKey.StartsWith(IndexRow.FirstOpenKey, StringComparison.Ordinal), IndexRow.Read);
        Assert.Equal(rows.Where(row => row.State == DeliveryState.Open), copies);
        return rows;
    }

    public async Task<List<Claim>> ClaimsAsync() => await ReadAsync(row => row.PartitionKey.StartsWith("np-", StringComparison.Ordinal), ClaimRow.Read);

    /// <summary>What is on the outcomes queue, taken from it.</summary>
    public async Task<List<JsonObject>> OutcomesAsync()
    {
        var found = new List<JsonObject>();
        while ((await OutcomesQueue.ReceiveMessagesAsync(32)).Value is { Length: > 0 } messages)
        {
            found.AddRange(messages.Select(message => JsonNode.Parse(message.Body)!.AsObject()));
        }

        return found;
    }

    public async Task<List<QuarantineRecord>> QuarantinedAsync() => [.. (await Quarantine.ListAsync(new QuarantineFilter(), 100, null, CancellationToken.None)).Records];

    private async Task<List<T>> ReadAsync<T>(Func<TableEntity, bool> isOne, Func<TableEntity, T> read)
    {
        var found = new List<T>();
        await foreach (var row in Table.Queries.QueryAsync<TableEntity>())
        {
            if (isOne(row))
            {
                found.Add(read(row));
            }
        }

        return found;
    }
}

internal sealed class KeptLog<T>(List<string> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines)
        {
            lines.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}

/// <summary>What the infrastructure throws where a test makes it; the SDK does not try again after it.</summary>
public sealed class InfrastructureException() : Exception("a fault of the infrastructure");

/// <summary>The storage clients' transport, which can be made to fail.</summary>
internal sealed class FaultyCalls : HttpPipelineTransport
{
    private readonly Lock _gate = new();

    /// <summary>The calls that still succeed; null for all. After the fault all succeed again, unless <see cref="Lasts"/>.</summary>
    public int? UntilFault { get; set; }

    public bool Lasts { get; set; }

    public bool EffectBeforeFault { get; set; }

    /// <summary>Only calls that fit count and fail; null for all.</summary>
    public Func<string, bool>? Only { get; set; }

    /// <summary>What happens at each call, such as time that passes.</summary>
    public Action? AtEach { get; set; }

    /// <summary>What happens before each call to Durable takes effect, such as another writer's call.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>Calls that fit never answer until they are cancelled.</summary>
    public Func<string, bool>? Hanging { get; set; }

    public bool IsHanging { get; private set; }

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message) => await RunAsync($"{message.Request.Method} {message.Request.Uri}", async () =>
    {
        await HttpClientTransport.Shared.ProcessAsync(message);
        return 0;
    }, message.CancellationToken);

    public async Task<T> RunAsync<T>(string call, Func<Task<T>> effect, CancellationToken cancellationToken = default)
    {
        var fails = false;
        lock (_gate)
        {
            AtEach?.Invoke();
            if (UntilFault is not null && Only?.Invoke(call) != false)
            {
                fails = UntilFault == 0 || (Lasts && UntilFault < 0);
                UntilFault--;
            }
        }

        if (Hanging?.Invoke(call) == true)
        {
            IsHanging = true;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                IsHanging = false;
            }
        }

        if (Before is { } before && call.StartsWith("durable", StringComparison.Ordinal))
        {
            await before(call);
        }

        if (fails && !EffectBeforeFault)
        {
            throw new InfrastructureException();
        }

        var value = await effect();
        return fails ? throw new InfrastructureException() : value;
    }
}

/// <summary>Durable's instances in memory, behind the platform's own client.</summary>
internal sealed class DurableInMemory
{
    private readonly Mock<DurableTaskClient> _client = new(MockBehavior.Strict, "in memory");
    private readonly TimeProvider _time;

    public DurableInMemory(FaultyCalls calls, TimeProvider time)
    {
        _time = time;
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName _, object? input, StartOrchestrationOptions? _, CancellationToken stop) => calls.RunAsync("durable start", () => Task.FromResult(Start((DeliveryInput)input!)), stop));
        _client.Setup(client => client.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns((string id, bool _, CancellationToken stop) => calls.RunAsync("durable get", () => Task.FromResult(Instances.GetValueOrDefault(id) is { } instance ? Metadata(instance) : null), stop));
        _client.Setup(client => client.RaiseEventAsync(It.IsAny<string>(), DeliveryCommand.EventName, It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Returns((string id, string _, object? payload, CancellationToken stop) => calls.RunAsync("durable event", () =>
            {
                Sent.Add((id, (DeliveryCommand)payload!));
                return Task.FromResult(0);
            }, stop));
        _client.Setup(client => client.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((string id, PurgeInstanceOptions? options, CancellationToken stop) => calls.RunAsync("durable purge", () => Task.FromResult(new PurgeResult(Instances.TryRemove(id, out _) ? 1 : 0)), stop));
        _client.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>()))
            .Returns((OrchestrationQuery? query) =>
            {
                Asked.Add(query!);
                return Pageable.Create((continuation, pageSize, stop) => calls.RunAsync("durable list", () =>
                {
                    var found = Instances.Values
                        .Where(instance => query!.Statuses!.Contains(instance.Status) && instance.CreatedAt < query.CreatedTo && string.CompareOrdinal(instance.DeliveryId, continuation) > 0)
                        .OrderBy(instance => instance.DeliveryId, StringComparer.Ordinal)
                        .ToList();
                    var page = found.Take(pageSize ?? 100).Select(Metadata).ToList();
                    return Task.FromResult(new Page<OrchestrationMetadata>(page, page.Count < found.Count ? page[^1].InstanceId : null));
                }, stop));
            });
    }

    public DurableTaskClient Client => _client.Object;

    public ConcurrentDictionary<string, DeliveryInstance> Instances { get; } = new();

    public ConcurrentQueue<DeliveryInput> Started { get; } = new();

    public List<(string DeliveryId, DeliveryCommand Command)> Sent { get; } = [];

    /// <summary>The queries for instances.</summary>
    public List<OrchestrationQuery> Asked { get; } = [];

    public DeliveryInstance Has(string deliveryId, OrchestrationRuntimeStatus status, DeliveryReport? report = null, DateTimeOffset? createdAt = null)
    {
        var at = createdAt ?? _time.GetUtcNow().AddHours(-1);
        return Instances[deliveryId] = new DeliveryInstance(deliveryId, status, at, at, report);
    }

    private static OrchestrationMetadata Metadata(DeliveryInstance instance) => new(DeliverOrchestrator.Name, instance.DeliveryId)
    {
        RuntimeStatus = instance.Status,
        CreatedAt = instance.CreatedAt,
        LastUpdatedAt = instance.LastUpdatedAt,
        DataConverter = WorkerJson.Converter,
        SerializedCustomStatus = WorkerJson.Write(instance.Report),
    };

    private string Start(DeliveryInput input)
    {
        if (!Instances.TryAdd(input.DeliveryId, new DeliveryInstance(input.DeliveryId, OrchestrationRuntimeStatus.Pending, _time.GetUtcNow(), _time.GetUtcNow())))
        {
            throw new OrchestrationAlreadyExistsException(input.DeliveryId);
        }

        Started.Enqueue(input);
        return input.DeliveryId;
    }
}
