using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>The API on a real loopback server over mocked ports.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, HttpClient client)
    {
        _app = app;
        Client = client;
    }

    public HttpClient Client { get; }

    /// <summary>Every call that is routed: its method and path.</summary>
    public IEnumerable<(string Method, string Path)> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => (method, endpoint.RoutePattern.RawText!)));

    public Mock<IClaimStore> Claims { get; } = new();

    public Mock<IDeliveryReader> Reader { get; } = new();

    public Mock<ICommandSender> Sender { get; } = new();

    public Mock<IAuditLog> Log { get; } = new();

    public List<(string DeliveryId, DeliveryCommand Command)> Sent { get; } = [];

    public static Delivery Waiting(string paymentId = "p-1") => Delivery.Begin(
        new DeliveryInput
        {
            DeliveryId = DeliveryIds.ForPayment(paymentId),
            PaymentId = paymentId,
            PaymentRequestId = "r-1",
            Body = "{}"u8.ToArray(),
            AcceptedAt = DateTimeOffset.UnixEpoch,
            Policy = new DeliveryPolicy(),
        },
        DateTimeOffset.UnixEpoch).Apply(
            new AttemptResult { Kind = AttemptKind.Unknown, StartedAt = DateTimeOffset.UnixEpoch, Duration = TimeSpan.FromSeconds(1), ResultCode = "UNKNOWN_EXCEPTION" },
            DateTimeOffset.UnixEpoch);

    /// <summary>Every audit entry that was written, in order.</summary>
    public List<AuditEntry> Audited { get; } = [];

    public static async Task<ApiHost> StartAsync(IRepair? repair = null, Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        ApiHost? host = null;
        builder.Services.AddSingleton(new DeliveryPolicy());
        builder.Services.AddSingleton(Mock.Of<INotifyPushPaymentClient>());
        builder.Services.AddOverloadGuard(builder.Configuration.GetSection(OverloadPolicy.Section));
        builder.Services.AddSingleton(_ => host!.Claims.Object);
        builder.Services.AddSingleton(_ => host!.Reader.Object);
        builder.Services.AddSingleton(_ => host!.Sender.Object);
        builder.Services.AddSingleton(repair ?? Mock.Of<IRepair>());
        more?.Invoke(builder.Services);
        builder.Services.TryAddSingleton(_ => host!.Log.Object);
        builder.Services.TryAddSingleton(Mock.Of<IReopening>());
        builder.Services.TryAddSingleton(Mock.Of<IDeliveryListing>());
        builder.Services.TryAddSingleton(Mock.Of<IQuarantineRecords>());
        builder.Services.TryAddSingleton(Mock.Of<IDeliveryStatistics>());
        builder.Services.TryAddSingleton(Mock.Of<IDeliveryCounts>());
        builder.Services.TryAddSingleton(Mock.Of<IQueueStatistics>());
        builder.Services.TryAddSingleton(Mock.Of<IQuarantineStatistics>());
        builder.Services.TryAddSingleton(Mock.Of<IRequestSigner>());
        builder.Services.TryAddSingleton(Mock.Of<INotificationSender>());
        builder.Services.TryAddSingleton(Mock.Of<IMessageCodec>());
        builder.Services.TryAddSingleton(new RetentionPolicy());
        builder.Services.AddNotificationOperations("local");
        var app = builder.Build();
        app.MapNotificationApi();
        await app.StartAsync();
        host = new ApiHost(app, new HttpClient(new ContractHandler(new SocketsHttpHandler { UseProxy = false })) { BaseAddress = new Uri(app.Urls.Single()) });
        host.Sender
            .Setup(sender => sender.SendAsync(It.IsAny<string>(), It.IsAny<DeliveryCommand>(), It.IsAny<CancellationToken>()))
            .Callback((string id, DeliveryCommand command, CancellationToken _) => host.Sent.Add((id, command)))
            .Returns(Task.CompletedTask);
        host.Log
            .Setup(log => log.WriteAsync(It.IsAny<AuditEntry>(), It.IsAny<CancellationToken>()))
            .Callback((AuditEntry entry, CancellationToken _) => host.Audited.Add(entry))
            .Returns(Task.CompletedTask);
        return host;
    }

    public void Has(Delivery delivery, bool started = true)
    {
        Claims.Setup(claims => claims.GetAsync(delivery.PaymentId, It.IsAny<CancellationToken>())).ReturnsAsync(new Claim
        {
            PaymentId = delivery.PaymentId,
            PaymentRequestId = delivery.PaymentRequestId,
            DeliveryId = delivery.DeliveryId,
            Body = "{}"u8.ToArray(),
            BodyHashes = ["hash"],
            FirstMessageId = "m-1",
            AcceptedAt = delivery.AcceptedAt,
            Duplicates = 3,
        });
        Reader.Setup(reader => reader.GetAsync(delivery.DeliveryId, It.IsAny<CancellationToken>())).ReturnsAsync(started ? DeliveryReport.Of(delivery) : null);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
