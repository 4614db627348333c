using System.Globalization;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.DevHost;

/// <summary>The WebJobs SDK with the queue, timer and Durable extensions, over the functions of a worker.</summary>
internal static class JobHostBuilder
{
    public static IHost Build(FunctionsHostOptions options, IConfiguration settings, ILoggerFactory loggers, Worker worker, Uri address) => new HostBuilder()
        // Singleton leases are then 15 s instead of a minute.
        .UseEnvironment(Environments.Development)
        .ConfigureWebJobs(jobs => jobs.AddAzureStorageCoreServices().AddAzureStorageQueues().AddTimers().AddDurableTask())
        // After the SDK's own sources: it reads the environment of this process, which need not be the app's.
        .ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(Instance(address)).AddConfiguration(settings))
        .ConfigureServices(services =>
        {
            services.AddSingleton(loggers);
            services.AddSingleton<IHostLifetime, NoSignals>();
            services.AddSingleton<ITypeLocator>(new Locator(FunctionEmitter.Emit(worker.Functions)));
            services.AddSingleton<IHostIdProvider>(new HostId(settings["TaskHub"] ?? "devhost"));
            services.RemoveAll<ScheduleMonitor>();
            services.AddSingleton<ScheduleMonitor, NoCatchUp>();
#pragma warning disable CS0618 // Durable asks for it; nothing else offers the base address.
            services.AddSingleton<IWebHookProvider>(new WebHooks(address));
#pragma warning restore CS0618
            services.AddSingleton<FunctionCall>((function, inputs, binder, cancellationToken) => CallAsync(worker, function, inputs, binder, cancellationToken));
            if (options.ShortLeases)
            {
                services.AddAzureClients(clients => clients.ConfigureDefaults(client => client.AddPolicy(new QueueLease(), Azure.Core.HttpPipelinePosition.PerCall)));
            }
        })
        .Build();

    // Durable names the owner of a partition by these, else by the machine: hosts of one name would share every partition. By the
    // port, so that a host that is started again has its own back at once.
    private static Dictionary<string, string?> Instance(Uri address) => new()
    {
        ["WEBSITE_CURRENT_STAMPNAME"] = "devhost",
        ["RoleInstanceId"] = address.Port.ToString(CultureInfo.InvariantCulture),
    };

    private static async Task<object?> CallAsync(Worker worker, string name, object?[] inputs, Binder binder, CancellationToken cancellationToken)
    {
        var function = worker.Functions.Single(each => each.Name == name);
        var ready = await worker.ReadyAsync(cancellationToken);
        var id = function.IsHttp ? (string)inputs[0]! : Guid.NewGuid().ToString();
        return RpcValues.Result(await ready.Channel.InvokeAsync(RpcValues.Request(function, id, inputs, binder.BindingData), cancellationToken));
    }

    private sealed class Locator(Type functions) : ITypeLocator
    {
        public IReadOnlyList<Type> GetTypes() => [functions];
    }

    // One id for all hosts of a task hub, so that timers run on one of them.
    private sealed class HostId(string taskHub) : IHostIdProvider
    {
        public Task<string> GetHostIdAsync(CancellationToken cancellationToken) => Task.FromResult(new string([.. taskHub.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Take(32)]));
    }

    // A timer that was missed while nothing ran is not caught up.
    private sealed class NoCatchUp : ScheduleMonitor
    {
        public override Task<ScheduleStatus> GetStatusAsync(string timerName) => Task.FromResult<ScheduleStatus>(null!);

        public override Task UpdateStatusAsync(string timerName, ScheduleStatus status) => Task.CompletedTask;
    }

#pragma warning disable CS0618
    private sealed class WebHooks(Uri address) : IWebHookProvider
    {
        public Uri GetUrl(IExtensionConfigProvider extension) => new(address, "runtime/webhooks/durabletask");
    }
#pragma warning restore CS0618
}
