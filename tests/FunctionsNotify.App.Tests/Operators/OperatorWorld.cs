using System.Reflection;
using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>
/// The operators' part of the app over storage and Durable in memory, one delivery of payment p-1 in it. Any call can fail once
/// before or after its effect, as a crash would.
/// </summary>
internal sealed class OperatorWorld
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Instance> _instances = [];
    private int _calls;

    public OperatorWorld(Action<IServiceCollection>? more = null)
    {
        Table = new TableInMemory(Gate);
        Blobs = new BlobsInMemory(what => AtBlob(what));
        SetUpDurable();
        Queue.Setup(client => client.SendMessageAsync(It.IsAny<string>(), It.IsAny<TimeSpan?>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .Returns(async (string text, TimeSpan? _, TimeSpan? _, CancellationToken _) =>
            {
                BeforeSend?.Invoke();
                Sent.Add(text);
                var id = $"sent-{Sent.Count}";
                await (AfterSend?.Invoke() ?? Task.CompletedTask);
                return Response.FromValue(QueuesModelFactory.SendReceipt(id, default, default, "", default), null!);
            });
        Time.Set(Now - Time.GetUtcNow());
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new Log(this)).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton<TimeProvider>(Time)
            .AddOperatorStores(Table, Blobs, Queue.Object)
            .AddSingleton(new DeliveryPolicy())
            .AddSingleton(new OverloadPolicy())
            .AddSingleton(new RetentionPolicy())
            .AddSingleton(Mock.Of<IRequestSigner>());
        more?.Invoke(services);
        Services = services.AddOperators(new ConfigurationBuilder().Build()).BuildServiceProvider();
    }

    public IServiceProvider Services { get; }

    public SetClock Time { get; } = new(TimeProvider.System);

    public TableInMemory Table { get; }

    public BlobsInMemory Blobs { get; }

    public Mock<DurableTaskClient> Durable { get; } = new("client");

    public Mock<QueueClient> Queue { get; } = new();

    /// <summary>What was changed, in order.</summary>
    public List<string> Steps { get; } = [];

    public List<DeliveryInput> Started { get; } = [];

    public List<(string DeliveryId, DeliveryCommand Command)> Raised { get; } = [];

    public List<string> Terminated { get; } = [];

    public List<string> Sent { get; } = [];

    public List<string> Logged { get; } = [];

    public int? CallsUntilFault { get; set; }

    public bool EffectBeforeFault { get; set; }

    public bool DeletesFail { get; set; }

    public bool AuditIsDown { get; set; }

    /// <summary>Is told the number of each call before it is made.</summary>
    public Action<int>? AtCall { get; set; }

    public Func<string, Task> AtBlob { get; set; } = _ => Task.CompletedTask;

    public Action? BeforeSend { get; set; }

    public Func<Task>? AfterSend { get; set; }

    public static string First => DeliveryIds.ForDelivery("p-1", 1);

    public static string Second => DeliveryIds.ForDelivery("p-1", 2);

    public static OperatorStatement By { get; } = new("ann", "asked by phone");

    public RedeliveryOperation Redelivery => Services.GetRequiredService<RedeliveryOperation>();

    public IEnumerable<AuditEntry> Audit => Table.Rows.Where(row => row.PartitionKey.StartsWith("audit-", StringComparison.Ordinal)).Select(AuditRow.Read);

    public Claim Claim => ClaimOf("p-1");

    public static byte[] Body(string paymentId = "p-1", string status = "F", string? requestId = "r-1", string code = "RISK_REJECT") => Encoding.UTF8.GetBytes(
        $$"""{"paymentResult":{"resultStatus":"{{status}}","resultCode":"{{(status == "S" ? "SUCCESS" : code)}}"},"paymentId":"{{paymentId}}"{{(requestId is null ? "" : $",\"paymentRequestId\":\"{requestId}\"")}}{{(status == "S" ? ",\"paymentTime\":\"2026-03-01T12:00:00+08:00\"" : "")}}}""");

    public static string Hash(byte[] body) => NotificationReader.Read(body).CanonicalHash!;

    public static Claim ClaimIn(DeliveryState state = DeliveryState.Exhausted, byte[]? body = null, string paymentId = "p-1") => new()
    {
        PaymentId = paymentId,
        PaymentRequestId = "r-1",
        DeliveryId = DeliveryIds.ForDelivery(paymentId, 1),
        Body = body ?? Body(paymentId),
        BodyHashes = [Hash(body ?? Body(paymentId))],
        FirstMessageId = "m-1",
        AcceptedAt = Now.AddHours(-1),
        State = state,
        EndedAt = state == DeliveryState.Open ? null : Now,
        Duplicates = 3,
    };

    public static Delivery Waiting(string paymentId = "p-1", int generation = 1) => Delivery.Begin(
        new DeliveryInput
        {
            DeliveryId = DeliveryIds.ForDelivery(paymentId, generation),
            PaymentId = paymentId,
            PaymentRequestId = "r-1",
            Body = Body(paymentId),
            AcceptedAt = Now.AddHours(-1),
            Policy = new DeliveryPolicy(),
        },
        Now).Apply(new AttemptResult { Kind = AttemptKind.Unknown, StartedAt = Now, Duration = TimeSpan.FromSeconds(1), ResultCode = "UNKNOWN_EXCEPTION" }, Now);

    /// <summary>Puts a payment there, its last delivery with Durable in a status; with a row of the index where it did not succeed at once.</summary>
    public OperatorWorld Has(Claim claim, OrchestrationRuntimeStatus? status = OrchestrationRuntimeStatus.Completed, DeliveryReport? report = null, DateTimeOffset? createdAt = null, bool isReadable = true)
    {
        Table.AddEntityAsync(ClaimRow.Of(claim, "insert")).GetAwaiter().GetResult();
        HasRow(DeliveryIndexRow.Starting(claim, Now) with { State = claim.State, StartingSince = null, NextDueAt = null });
        if (status is { } known)
        {
            Is(claim.DeliveryId, known, report, createdAt, isReadable);
        }

        Steps.Clear();
        _calls = 0;
        return this;
    }

    public void HasRow(DeliveryIndexRow row) => new DeliveryIndex(TableInMemory.Of(Table), TimeProvider.System, NullLogger<DeliveryIndex>.Instance).UpsertAsync(row, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Puts so many messages on each queue, as the service estimates.</summary>
    public void HasQueued(int depth)
    {
        Queue.Setup(queue => queue.GetPropertiesAsync(It.IsAny<CancellationToken>())).ReturnsAsync(Response.FromValue(QueuesModelFactory.QueueProperties(null, depth), null!));
        Queue.Setup(queue => queue.PeekMessageAsync(It.IsAny<CancellationToken>())).ReturnsAsync(Response.FromValue((PeekedMessage)null!, null!));
    }

    public void Is(string deliveryId, OrchestrationRuntimeStatus status, DeliveryReport? report = null, DateTimeOffset? createdAt = null, bool isReadable = true)
    {
        lock (_lock)
        {
            _instances[deliveryId] = new Instance(status, report, createdAt ?? Time.GetUtcNow(), isReadable);
        }
    }

    public void End(DeliveryState state, string paymentId = "p-1")
    {
        var claim = ClaimOf(paymentId);
        Table.UpsertEntityAsync(ClaimRow.Of(claim with { State = state, EndedAt = Now }, "insert"), Azure.Data.Tables.TableUpdateMode.Replace).GetAwaiter().GetResult();
        HasRow(DeliveryIndexRow.Starting(claim, Now) with { State = state, StartingSince = null, NextDueAt = null, Sequence = 2 });
        Is(claim.DeliveryId, OrchestrationRuntimeStatus.Completed);
        Steps.Clear();
    }

    public Claim ClaimOf(string paymentId) => ClaimRow.Read(Table.Rows.Single(row => row.PartitionKey == DeliveryIds.ForPayment(paymentId)));

    public Task<Answer> RedeliverAsync(RedeliveryRequest? request = null, string? key = null) =>
        Redelivery.RunAsync(Durable.Object, "p-1", request ?? new RedeliveryRequest(By) { IdempotencyKey = key }, CancellationToken.None);

    /// <summary>The end of a delivery is merged into its payment's claim.</summary>
    public Task FinishAsync(string deliveryId, DeliveryState state) =>
        Services.GetRequiredService<Claims>().FinishAsync("p-1", deliveryId, new(state, Now), null, CancellationToken.None);

    public Task KeepAsync(QuarantineRecord record) => new QuarantineStore(Blobs).AddAsync(record, CancellationToken.None);

    public async Task<QuarantineRecord?> FindRecordAsync(string id) => (await new QuarantineStore(Blobs).GetAsync(id, CancellationToken.None))?.Record;

    public Task<Answer> RepairAsync(bool force = false) => RedeliverAsync(new RedeliveryRequest(By) { IsRepair = true, Force = force });

    /// <summary>Serves the functions on a loopback port under the routes that they declare; every answer is held to the OpenAPI document.</summary>
    public async Task<Served> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        foreach (var (method, trigger) in HttpFunctions())
        {
            var target = method.IsStatic ? null : ActivatorUtilities.CreateInstance(Services, method.DeclaringType!);
            app.MapMethods($"/api/{trigger.Route}", trigger.Methods!, async (HttpContext context) => await (await InvokeAsync(method, target, context, Durable.Object)).ExecuteAsync(context));
        }

        await app.StartAsync();
        return new Served(app, new HttpClient(new ContractHandler(new SocketsHttpHandler { UseProxy = false })) { BaseAddress = new Uri(app.Urls.Single() + "/api/") });
    }

    public static IEnumerable<(MethodInfo Method, HttpTriggerAttribute Trigger)> HttpFunctions() =>
        from type in typeof(AppServices).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
        where method.GetCustomAttribute<FunctionAttribute>() is not null
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        select (method, trigger);

    public static async Task<IResult> InvokeAsync(MethodInfo method, object? target, HttpContext context, DurableTaskClient client)
    {
        object?[] arguments = [.. method.GetParameters().Select<ParameterInfo, object?>(parameter =>
            parameter.ParameterType == typeof(HttpRequest) ? context.Request
            : parameter.ParameterType == typeof(DurableTaskClient) ? client
            : parameter.ParameterType == typeof(CancellationToken) ? context.RequestAborted
            : throw new InvalidOperationException($"{method.Name} has a parameter of {parameter.ParameterType}."))];
        return method.Invoke(target, arguments) is Task<IResult> answer ? await answer : (IResult)method.Invoke(target, arguments)!;
    }

    // A call that fails fails once; writes are told as steps, and no claim changes without its audit entry.
    private void Gate(string what, bool isDone)
    {
        lock (_lock)
        {
            if (!isDone && what.StartsWith("upsert audit-", StringComparison.Ordinal) && AuditIsDown)
            {
                throw new IOException("the audit log is away");
            }

            if (!isDone && what.StartsWith("delete", StringComparison.Ordinal) && DeletesFail)
            {
                throw new IOException("a fault of the infrastructure");
            }

            if (!isDone)
            {
                AtCall?.Invoke(_calls++);
                if (!EffectBeforeFault && CallsUntilFault == 0)
                {
                    CallsUntilFault = null;
                    throw new IOException("a fault of the infrastructure");
                }

                return;
            }

            Tell(what);
            var fails = EffectBeforeFault && CallsUntilFault == 0;
            CallsUntilFault = fails ? null : CallsUntilFault - 1;
            if (fails)
            {
                throw new IOException("a fault of the infrastructure");
            }
        }
    }

    private void Tell(string what)
    {
        if (what.Split(' ') is [not "read", _] parts)
        {
            Steps.Add(parts switch
            {
                ["upsert", ['a', 'u', 'd', ..]] => "audit",
                [_, "sending"] => "sending",
                ["delete", _] => "tidy",
                [_, ['d', ..]] => "row",
                _ => "claim",
            });
        }
    }

    private async Task<T> CallAsync<T>(string what, Func<T> effect)
    {
        await Task.Yield();
        Gate($"read {what}", false);
        T value;
        lock (_lock)
        {
            value = effect();
        }

        Gate($"read {what}", true);
        return value;
    }

    private void SetUpDurable()
    {
        Durable.Setup(client => client.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns((string id, bool isWhole, CancellationToken _) => CallAsync(id, () => _instances.TryGetValue(id, out var instance)
                ? instance.IsReadable || !isWhole
                    ? new OrchestrationMetadata(DeliverOrchestrator.Name, id)
                    {
                        RuntimeStatus = instance.Status,
                        CreatedAt = instance.CreatedAt,
                        DataConverter = WorkerJson.Converter,
                        SerializedCustomStatus = instance.Status == OrchestrationRuntimeStatus.Completed ? null : WorkerJson.Write(instance.Report),
                        SerializedOutput = instance.Status == OrchestrationRuntimeStatus.Completed ? WorkerJson.Write(instance.Report) : null,
                    }
                    : throw new IOException("a large message is gone")
                : null));
        Durable.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName _, object? input, StartOrchestrationOptions? options, CancellationToken _) => CallAsync("start", () =>
            {
                if (!_instances.TryAdd(options!.InstanceId!, new Instance(OrchestrationRuntimeStatus.Running, null, Time.GetUtcNow(), IsReadable: true)))
                {
                    throw new OrchestrationAlreadyExistsException(options.InstanceId!);
                }

                Steps.Add("start");
                Started.Add((DeliveryInput)input!);
                return options.InstanceId!;
            }));
        Durable.Setup(client => client.RaiseEventAsync(It.IsAny<string>(), DeliveryCommand.EventName, It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Returns((string id, string _, object? command, CancellationToken _) => CallAsync("raise", () =>
            {
                Steps.Add("command");
                Raised.Add((id, (DeliveryCommand)command!));
                return 0;
            }));
        Durable.Setup(client => client.TerminateInstanceAsync(It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Returns((string id, object? _, CancellationToken _) => CallAsync("terminate", () =>
            {
                Terminated.Add(id);
                return 0;
            }));
    }

    private sealed class Log(OperatorWorld world) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (world._lock)
            {
                if (formatter(state, exception) is var line && !line.StartsWith("Audit ", StringComparison.Ordinal))
                {
                    world.Logged.Add(line);
                }
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }

    private sealed record Instance(OrchestrationRuntimeStatus Status, DeliveryReport? Report, DateTimeOffset CreatedAt, bool IsReadable);
}

internal sealed record Served(WebApplication App, HttpClient Client) : IAsyncDisposable
{
    public async Task<(int Status, string Text)> GetAsync(string path, string? principal = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (principal is not null)
        {
            request.Headers.Add(OperatorAccess.PrincipalHeader, principal);
        }

        using var answer = await Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Text)> PostAsync(string path, string body = "", string? key = null, string? principal = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation(OperatorHttp.IdempotencyHeader, key);
        }

        if (principal is not null)
        {
            request.Headers.Add(OperatorAccess.PrincipalHeader, principal);
        }

        using var answer = await Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}

/// <summary>The classes that keep things, over clients in memory.</summary>
internal static class OperatorStores
{
    public static IServiceCollection AddOperatorStores(this IServiceCollection services, TableInMemory table, BlobsInMemory blobs, QueueClient queue)
    {
        var rows = new NotifyTable(table, table);
        return services
            .AddMetrics()
            .AddSingleton<Metrics>()
            .AddSingleton(provider => new Claims(rows, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Claims>>()))
            .AddSingleton(provider => new DeliveryIndex(rows, provider.GetRequiredService<TimeProvider>(), NullLogger<DeliveryIndex>.Instance))
            .AddSingleton(rows)
            .AddSingleton<Sweeper>()
            .AddSingleton<PoisonDrain>()
            .AddSingleton<Observer>()
            .AddSingleton<Rounds>()
            .AddSingleton<StuckSearch>()
            .AddSingleton<Purge>()
            .AddSingleton<Upkeep>()
            .AddSingleton<MessageQuarantine>()
            .AddSingleton(provider => new Admission(new Mock<QueueClient>().Object, new OverloadPolicy(), provider.GetRequiredService<TimeProvider>(), NullLogger<Admission>.Instance))
            .AddSingleton<NotificationIntake>()
            .AddSingleton(new DeliveryListing(rows))
            .AddSingleton(new AuditLog(rows))
            .AddSingleton(new QuarantineStore(blobs))
            .AddSingleton(provider => new Queues(queue, queue, queue, OutcomeEncoding.None, provider.GetRequiredService<Metrics>(), provider.GetRequiredService<TimeProvider>()));
    }
}
