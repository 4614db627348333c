using System.Collections.Concurrent;
using System.Net;
using FunctionsNotify.Telemetry;
using FunctionsNotify.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.LocalHost.Tests.Telemetry;

/// <summary>What leaves the local host by the settings alone.</summary>
[Collection(AloneWithAzurite.Name)]
public sealed class TelemetryExportTests(AzuriteFixture azurite) : IDisposable
{
    private readonly LocalHostUnderTest _host = new(azurite.ConnectionString);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Otlp_EndpointIsSet_TracesMeasurementsAndLogsArriveThere()
    {
        var received = new ConcurrentDictionary<string, byte[]>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.AddOrUpdate(context.Request.Path.Value!, body.ToArray(), (_, before) => [.. before, .. body.ToArray()]);
        });
        await collector.StartAsync();
        _host.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _host.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";

        await DeliverAsync("exported");

        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], received.Keys.Order(StringComparer.Ordinal));
        Assert.True(Holds(received["/v1/traces"], TelemetryNames.Spans.Attempt) && Holds(received["/v1/traces"], "exported"));
        Assert.True(Holds(received["/v1/metrics"], TelemetryNames.Instruments.AcknowledgementTime));
        Assert.True(Holds(received["/v1/logs"], "Payment exported: Delivered after 1 attempts"));
    }

    [Fact]
    public async Task Console_FlagIsSet_TracesAndMeasurementsArePrinted()
    {
        _host.Settings["LocalHost:Telemetry"] = "console";
        var before = Console.Out;
        // SetOut puts a lock around it.
        await using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            await DeliverAsync("printed");
        }
        finally
        {
            Console.SetOut(before);
        }

        var text = printed.ToString();
        Assert.Contains(TelemetryNames.Spans.Attempt, text, StringComparison.Ordinal);
        Assert.Contains("notify.payment_id: printed", text, StringComparison.Ordinal);
        Assert.Contains(TelemetryNames.Instruments.AcknowledgementTime, text, StringComparison.Ordinal);
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;

    // What is not exported yet is so when the host ends.
    private async Task DeliverAsync(string paymentId)
    {
        await using var app = await _host.StartAsync();
        await _host.EnqueueAsync(Payments.Body(paymentId));
        await _host.TakeOutcomesAsync(1);
    }
}
