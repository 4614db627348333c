using System.Reflection;
using FunctionsNotify.Simulation.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.Simulation;

// One instance of the function app: its own services, made as Program makes them, over the simulated account. When it
// dies, whatever it was at is never gone on with.
internal sealed class Process : IDisposable
{
    public const string NotificationsQueue = "payment-notifications";
    public const string OutcomesQueue = "payment-notification-outcomes";
    public const string PoisonQueue = NotificationsQueue + "-poison";
    public const string WorkItemsQueue = "hub-workitems";
    public const string Table = "NotifyDeliveries";
    public const string Container = "payment-notifications-quarantine";
    public const string ClientId = "SIMULATED_0001";

    // So that a run of a few days sees the purge. As the rule for them has it, claims are kept a day longer.
    public static readonly RetentionPolicy Retention = new() { History = TimeSpan.FromHours(3), Claims = TimeSpan.FromHours(27) };

    private static readonly string _vectors = Path.Combine(AppContext.BaseDirectory, "vectors");

    private static readonly IConfiguration _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["PaymentsStorage"] = "UseDevelopmentStorage=true",
        [nameof(QueueSettings.NotificationsQueue)] = NotificationsQueue,
        ["AlipayPlus:BaseUrl"] = "https://alipayplus.test",
        ["AlipayPlus:ClientId"] = ClientId,
        ["AlipayPlus:KeyVersion"] = "1",
        ["AlipayPlus:PrivateKeyPath"] = Path.Combine(_vectors, "rfc9500-testrsa2048.pkcs8.pem"),
        ["AlipayPlus:PublicKeys:1"] = File.ReadAllText(Path.Combine(_vectors, "rfc9500-testrsa2048.spki.pem")),
        ["Overload:BreakerMinSends"] = "5",
        // So that a burst is held back.
        ["Overload:MaxWorkItems"] = "8",
    }).Build();

    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceProvider _services;

    public Process(World world, int number)
    {
        Number = number;
        Clock = new ProcessClock(world.Loop, this);
        Client = new DurableModelClient(world, this);
        var clients = Account.Clients(new MemoryTransport((call, stop) => world.AnswerAsync(this, call, stop)));
        // One question whose answer many wait for has no place in the story: it takes no time, and may fail. What operators
        // do by the same table is told as everything else.
        var shared = Account.Clients(new MemoryTransport((call, stop) => Loop.Current?.Name == "operator" ? world.AnswerAsync(this, call, stop) : ValueTask.FromResult(world.AnswerAtOnce(this, call))));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new Alerts(world)));
        services.AddSingleton<TimeProvider>(Clock);
        services.AddNotificationApp(_configuration);
        services.AddSingleton<IRequestSigner>(new UnsignedRequests());
        services.AddSingleton(clients.Queues);
        services.AddSingleton(clients.Container(Container));
        services.AddSingleton(new NotifyTable(clients.Table(Table), clients.Table(Table)));
        services.AddSingleton(provider => new Admission(
            shared.Queues.GetQueueClient(WorkItemsQueue), provider.GetRequiredService<OverloadPolicy>(), Clock, provider.GetRequiredService<ILogger<Admission>>()));
        services.AddSingleton(provider => new SendingPause(new NotifyTable(shared.Table(Table), shared.Table(Table)), Clock, provider.GetRequiredService<ILogger<SendingPause>>()));
        services.AddSingleton(Retention);
        // For the summary alone, and noted in a thread of its own: out of the story.
        var aside = Account.Clients(new MemoryTransport((_, _) => ValueTask.FromResult(new Reply(204)))).Table(Table);
        services.AddSingleton(provider => new LastAcknowledged(new NotifyTable(aside, aside), Clock, provider.GetRequiredService<ILogger<LastAcknowledged>>()));
        services.AddSingleton<INotifyPushPaymentClient>(provider => new NotifyPushPaymentClient(
            new AlipayHandler(world, this),
            provider.GetRequiredService<IRequestSigner>(),
            provider.GetRequiredService<ResponseVerifier>(),
            provider.GetRequiredService<IOptions<AlipayPlusOptions>>().Value,
            Clock));
        _services = services.BuildServiceProvider();
    }

    public int Number { get; }

    public bool IsDead { get; private set; }

    // Takes no new work.
    public bool IsStopping => _stopping.IsCancellationRequested;

    // Its last look at the pause failed: what it knew before stands.
    public bool IsPauseUnread { get; set; }

    public ProcessClock Clock { get; }

    public DurableTaskClient Client { get; }

    public CancellationToken Stopping => _stopping.Token;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public object Make(Type type) => ActivatorUtilities.CreateInstance(_services, type);

    public void Stop() => _stopping.Cancel();

    public void Die() => IsDead = true;

    public void Dispose()
    {
        _stopping.Dispose();
        _services.Dispose();
    }

    public override string ToString() => $"process {Number}";

    // Who verifies our signature is not simulated.
    private sealed class UnsignedRequests : IRequestSigner
    {
        public ValueTask<SigningResult> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            ValueTask.FromResult<SigningResult>(new SigningResult.Success(new byte[256], "1"));
    }

    // What an operator is called for, by the numbers of the log lines that ask for a repair, or of what could not be swept.
    private sealed class Alerts(World world) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 109)
            {
                world.Weather.Count("admission told that it holds, or holds no more");
            }

            if (logLevel >= LogLevel.Warning && state is IReadOnlyList<KeyValuePair<string, object?>> values && values.FirstOrDefault(value => value.Key == "PaymentId").Value is string { Length: > 0 } paymentId)
            {
                world.Loop.Tell($"log {eventId.Id} {paymentId} {exception?.GetType().Name} {exception?.Message.Split('\n')[0]}");
                if (eventId.Id is 102 or 132 or 134)
                {
                    world.People.Alert(paymentId);
                }
            }
        }
    }
}

// The app's functions, found by their triggers.
internal static class Functions
{
    private static readonly List<(string Name, MethodInfo Method)> _all =
    [
        .. from type in typeof(AppServices).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           select (function.Name, method),
    ];

    public static MethodInfo Orchestrator { get; } = Of<OrchestrationTriggerAttribute>();

    public static MethodInfo Intake { get; } = Of<QueueTriggerAttribute>();

    public static MethodInfo Maintain { get; } = Of<TimerTriggerAttribute>();

    public static MethodInfo Activity(string name) => _all.Single(function => function.Name == name).Method;

    public static Type Input<TTrigger>(MethodInfo function)
        where TTrigger : Attribute => function.GetParameters().Single(parameter => parameter.GetCustomAttribute<TTrigger>() is not null).ParameterType;

    public static async Task<object?> RunAsync(Process process, MethodInfo function, object trigger)
    {
        var arguments = function.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(CancellationToken) ? process.Stopping
            : parameter.ParameterType == typeof(DurableTaskClient) ? process.Client
            : trigger).ToArray();
        var task = (Task)function.Invoke(process.Make(function.DeclaringType!), arguments)!;
        await task;
        return task.GetType().GetProperty("Result")?.GetValue(task);
    }

    private static MethodInfo Of<TTrigger>()
        where TTrigger : Attribute => _all.Single(function => function.Method.GetParameters().Any(parameter => parameter.GetCustomAttribute<TTrigger>() is not null)).Method;
}
