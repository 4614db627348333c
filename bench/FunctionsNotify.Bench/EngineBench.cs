using System.Diagnostics;
using FunctionsNotify.Deliveries;
using FunctionsNotify.LocalHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.Bench;

/// <summary>
/// The engine without queues: payments are handed to the intake and delivered over HTTP, with the state file as always;
/// only the outcome publisher is one that counts.
/// </summary>
internal sealed class EngineBench : IAsyncDisposable
{
    // As many as the local host's receivers hold at a time.
    private const int Feeders = 64;

    private static readonly TimeSpan GiveUp = TimeSpan.FromMinutes(2);

    private readonly ServiceProvider _services;
    private readonly CountingPublisher _published;
    private readonly NotificationIntake _intake;
    private readonly DeliveryEngine _engine;

    public EngineBench(string folder, IReadOnlyDictionary<string, string> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
            .AddInMemoryCollection([new("AzureWebJobsStorage", "UseDevelopmentStorage=true")])
            .Build();
        _published = new CountingPublisher();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddLocalHost(configuration, new LocalHostOptions { Data = folder, HostJson = string.Empty }, new QueueSettings(), Path.Combine(folder, "engine.db"))
            .AddSingleton<IOutcomePublisher>(_published)
            .BuildServiceProvider();
        _intake = _services.GetRequiredService<NotificationIntake>();
        _engine = _services.GetRequiredService<DeliveryEngine>();
        _engine.Start();
    }

    /// <summary>Delivers the payments; returns the time until the last outcome was handed to the publisher.</summary>
    public async Task<TimeSpan> RunAsync(int count)
    {
        var payments = Payments.Make(count);
        var next = -1;
        var done = _published.Expect(count);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Feeders).Select(_ => Task.Run(async () =>
        {
            for (var index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                while (_engine.IsBusy)
                {
                    await Task.Delay(10);
                }

                var (id, body) = payments[index];
                await _intake.AcceptAsync(new QueueMessageData(id, DateTimeOffset.UtcNow, 1, body), CancellationToken.None);
            }
        })));
        await done.WaitAsync(GiveUp);
        return watch.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.StopAsync();
        await _services.DisposeAsync();
    }

    private sealed class CountingPublisher : IOutcomePublisher
    {
        private TaskCompletionSource _done = new();
        private int _missing;

        public Task Expect(int count)
        {
            _missing = count;
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _done.Task;
        }

        public Task PublishAsync(Outcome outcome, CancellationToken cancellationToken)
        {
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _done.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
