using System.Diagnostics;
using System.Globalization;
using System.Net;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.LocalHost;
using FunctionsNotify.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace FunctionsNotify.Bench;

/// <summary>
/// The read side of the API over HTTP, of two local hosts that differ in the number of stored payments only: one in ten was
/// rejected and stands in the index, the others succeeded at once.
/// </summary>
internal sealed class StatusBench : IAsyncDisposable
{
    private const int Few = 1_000;
    private const int Many = 100_000;
    private const int Calls = 1_000;
    private const int Batch = 2_000;

    private readonly WebApplication _few;
    private readonly WebApplication _many;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private StatusBench(WebApplication few, WebApplication many)
    {
        _few = few;
        _many = many;
    }

    public static async Task<StatusBench> StartAsync(string folder, IReadOnlyDictionary<string, string> settings) =>
        new(await HostAsync(folder, settings, Few), await HostAsync(folder, settings, Many));

    /// <summary>Asks both hosts in turn, so that whatever else the machine does falls on both.</summary>
    public async Task<StatusFigures> RunAsync()
    {
        var random = new Random(1);
        var (few, many, listFew, listMany) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var call = 0; call < Calls; call++)
        {
            few.Add(await TimeAsync(_few, $"notifications/{Id(random.Next(Few))}"));
            many.Add(await TimeAsync(_many, $"notifications/{Id(random.Next(Many))}"));
            listFew.Add(await TimeAsync(_few, "notifications?state=Rejected&pageSize=50"));
            listMany.Add(await TimeAsync(_many, "notifications?state=Rejected&pageSize=50"));
        }

        return new StatusFigures(Figures.Percentile(few, 0.5), Figures.Percentile(many, 0.5), Figures.Percentile(listFew, 0.5), Figures.Percentile(listMany, 0.5));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _few.DisposeAsync();
        await _many.DisposeAsync();
    }

    private static string Id(int number) => number.ToString("D20", CultureInfo.InvariantCulture);

    private async Task<double> TimeAsync(WebApplication host, string path)
    {
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var begun = Stopwatch.GetTimestamp();
        using var response = await _http.GetAsync(new Uri($"{address}/api/{path}"));
        await response.Content.LoadIntoBufferAsync();
        var elapsed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        response.EnsureSuccessStatusCode();
        return elapsed;
    }

    private static async Task<WebApplication> HostAsync(string folder, IReadOnlyDictionary<string, string> settings, int payments)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
            .AddInMemoryCollection([new("AzureWebJobsStorage", "UseDevelopmentStorage=true")]);
        builder.Services.AddLogging().AddRoutingCore();
        builder.Services.AddLocalHost(
            builder.Configuration, new LocalHostOptions { Data = folder, HostJson = string.Empty }, new QueueSettings(), Path.Combine(folder, $"status-{payments}.db"));
        // What makes queues and containers at the start: nothing here asks for them. The web server itself comes later.
        builder.Services.RemoveAll<IHostedService>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var host = builder.Build();
        host.UseRouting();
        host.MapNotificationApi();
        await StoreAsync(host.Services, payments);
        await host.StartAsync();
        return host;
    }

    private static async Task StoreAsync(IServiceProvider services, int payments)
    {
        var (writer, policy) = (services.GetRequiredService<StateWriter>(), services.GetRequiredService<DeliveryPolicy>());
        var acceptedAt = DateTimeOffset.UtcNow.AddHours(-1);
        for (var start = 0; start < payments; start += Batch)
        {
            await Task.WhenAll(Enumerable.Range(start, Math.Min(Batch, payments - start)).Select(number =>
            {
                var (id, at) = (Id(number), acceptedAt.AddTicks(number));
                var claim = new Claim
                {
                    PaymentId = id,
                    PaymentRequestId = $"order-{id}",
                    DeliveryId = DeliveryIds.ForPayment(id),
                    Body = "{}"u8.ToArray(),
                    BodyHashes = ["hash"],
                    FirstMessageId = id,
                    AcceptedAt = at,
                };
                var begun = Delivery.Begin(DeliveryStart.Of(claim, policy), at);
                writer.Enqueue(new AcceptChange(claim, begun, new FreshDeliveries()));
                return writer.Enqueue(new RecordChange(begun.Apply(Result(number, at), at))).Committed;
            }));
        }
    }

    private static AttemptResult Result(int number, DateTimeOffset at) => new()
    {
        Kind = number % 10 == 0 ? AttemptKind.Rejected : AttemptKind.Acknowledged,
        StartedAt = at,
        Duration = TimeSpan.FromMilliseconds(20),
        HttpStatus = 200,
        ResultStatus = number % 10 == 0 ? "F" : "S",
        ResultCode = number % 10 == 0 ? "PROCESS_FAIL" : "SUCCESS",
    };
}

/// <summary>Medians in milliseconds.</summary>
/// <param name="StatusOfFew">One payment's status among few.</param>
/// <param name="StatusOfMany">Among many.</param>
/// <param name="ListOfFew">A page of the list among few.</param>
/// <param name="ListOfMany">Among many.</param>
internal sealed record StatusFigures(double StatusOfFew, double StatusOfMany, double ListOfFew, double ListOfMany);
