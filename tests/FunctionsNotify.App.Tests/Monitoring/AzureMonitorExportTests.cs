using System.Diagnostics;
using System.Reflection;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class AzureMonitorExportTests
{
    private const int Payments = 200;

    // Nothing listens there: what is sent goes nowhere.
    private static readonly AzureMonitorOptions Settings = new()
    {
        ConnectionString = "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=http://127.0.0.1:9/;LiveEndpoint=http://127.0.0.1:9/",
        Authentication = "ClientId=66666666-7777-8888-9999-000000000000;Authorization=AAD",
    };

    [Fact]
    public void AddExport_ManyPaymentsAtOnceAndParentsThatAreNotRecorded_RecordsEverySpan()
    {
        using var services = Build();
        using var tracer = services.GetRequiredService<TracerProvider>();
        using var source = new ActivitySource(TelemetryNames.Source);

        for (var payment = 0; payment < Payments; payment++)
        {
            // A backend that samples its own traces says 00.
            var flags = payment % 2 == 0 ? ActivityTraceFlags.None : ActivityTraceFlags.Recorded;
            var producer = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, traceState: null, isRemote: true);
            using var span = source.StartActivity(ActivityKind.Consumer, producer, name: TelemetryNames.Spans.Intake);

            Assert.True(span is { Recorded: true, IsAllDataRequested: true }, $"payment {payment}");
        }
    }

    [Fact]
    public void AddExport_Sampler_IsOurs()
    {
        using var services = Build();
        using var tracer = services.GetRequiredService<TracerProvider>();

        var sampler = tracer.GetType().GetProperty("Sampler", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(tracer);

        Assert.IsType<AlwaysOnSampler>(sampler);
    }

    [Fact]
    public void AddExport_Exporter_TakesEverythingUnderTheIdentityThatTheSettingsName()
    {
        using var services = Build();

        var exporter = services.GetRequiredService<IOptions<AzureMonitorExporterOptions>>().Value;

        Assert.Equal((Settings.ConnectionString, null, 1f, false), (exporter.ConnectionString, exporter.TracesPerSecond, exporter.SamplingRatio, exporter.EnableTraceBasedLogsSampler));
        Assert.IsType<ManagedIdentityCredential>(exporter.Credential);
    }

    [Fact]
    public void AddExport_WithoutAnAuthenticationString_UsesNoIdentity()
    {
        using var services = Build(new AzureMonitorOptions { ConnectionString = Settings.ConnectionString });

        Assert.Null(services.GetRequiredService<IOptions<AzureMonitorExporterOptions>>().Value.Credential);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void AddAzureMonitor_WithoutAConnectionString_ExportsNothing(string? connection)
    {
        using var services = Add(connection);

        Assert.Null(services.GetService<TracerProvider>());
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public void AddAzureMonitor_WrongConnectionString_StopsTheStartWithItsName()
    {
        using var services = Add("nonsense");

        var lines = StartFaults.Of(Record.Exception(services.GetRequiredService<IStartupValidator>().Validate)!);

        Assert.StartsWith("APPLICATIONINSIGHTS_CONNECTION_STRING: must hold InstrumentationKey=", Assert.Single(lines), StringComparison.Ordinal);
    }

    private static ServiceProvider Build(AzureMonitorOptions? settings = null)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddOpenTelemetry().AddExport(settings ?? Settings);
        return services.BuildServiceProvider();
    }

    private static ServiceProvider Add(string? connection) => new ServiceCollection()
        .AddLogging()
        .AddAzureMonitor(new ConfigurationBuilder().AddInMemoryCollection([new(AzureMonitorOptions.ConnectionStringSetting, connection)]).Build())
        .BuildServiceProvider();
}
