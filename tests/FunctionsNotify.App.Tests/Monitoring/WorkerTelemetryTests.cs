using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace FunctionsNotify.App.Tests.Monitoring;

// Packages mode only: the reference assembly has no worker to tell anything.
public sealed class WorkerTelemetryTests
{
    [Fact]
    public void AddAzureMonitor_WithAConnectionString_TellsTheHostThatTheWorkerSendsItsOwnTelemetry()
    {
        using var services = new ServiceCollection()
            .AddLogging()
            .AddAzureMonitor(new ConfigurationBuilder().AddInMemoryCollection(
            [
                new(AzureMonitorOptions.ConnectionStringSetting, "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=http://127.0.0.1:9/"),
            ]).Build())
            .BuildServiceProvider();

        var capabilities = services.GetRequiredService<IOptions<WorkerOptions>>().Value.Capabilities;

        Assert.Equal(bool.TrueString, capabilities["WorkerOpenTelemetryEnabled"]);
        // In the newer form the host shows no log line of the worker on its console.
        Assert.Equal("1.17.0", capabilities["WorkerOpenTelemetrySchemaVersion"]);
        Assert.NotNull(services.GetService<TracerProvider>());
        Assert.NotNull(services.GetService<MeterProvider>());
    }

    [Fact]
    public void Scope_OfTheOlderForm_HasTheNameThatTheHostAssignsLogLinesBy()
    {
        // GrpcFunctionsHostLogWriter looks for it; the worker's constant is internal, so its presence in the assembly is
        // what can be held: with the next worker version this test says whether the older form still exists.
        var core = typeof(WorkerOptions).Assembly;
        Assert.NotNull(core.GetType("Microsoft.Azure.Functions.Worker.Diagnostics.TelemetryProviderV1_17_0"));
        var keys = core.GetType("Microsoft.Azure.Functions.Worker.Diagnostics.TraceConstants+InternalKeys");
        Assert.Equal("AzureFunctions_InvocationId", keys?.GetField("FunctionInvocationId", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)?.GetRawConstantValue());
    }
}
