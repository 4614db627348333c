using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class HttpFunctionTests
{
    private readonly Mock<IClaimStore> _claims = new();
    private readonly Mock<DurableTaskClient> _client = new("client");
    private readonly NotificationApiFactory _api;

    private readonly OperatorAccess _access = new(AuthenticationMode.Keys);

    public HttpFunctionTests() =>
        _api = new NotificationApiFactory(_claims.Object, Health, new AuditTrail(Mock.Of<IAuditLog>(), TimeProvider.System, NullLoggerFactory.Instance), _access);

    [Fact]
    public async Task Health_Called_TellsTheLadderAndTheHost()
    {
        var (status, body) = await ExecuteAsync(new HealthFunction(Health).Run(Request(null)));

        Assert.Equal(200, status);
        Assert.Equal("functions", body.GetProperty("host").GetString());
        Assert.Equal(15, body.GetProperty("delivery").GetProperty("retryDelays").GetArrayLength());
    }

    [Fact]
    public async Task Get_WaitingPayment_TellsItsAttempts()
    {
        Has(OrchestrationRuntimeStatus.Running);

        var (status, body) = await ExecuteAsync(await new GetNotificationFunction(_api, _access).RunAsync(Request(Given.PaymentId), _client.Object, CancellationToken.None));

        Assert.Equal(200, status);
        Assert.Equal("Open", body.GetProperty("state").GetString());
        Assert.Equal(1, body.GetProperty("delivery").GetProperty("attempts").GetArrayLength());
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData(null)]
    public async Task Get_UnknownPayment_Is404(string? paymentId)
    {
        var (status, _) = await ExecuteAsync(await new GetNotificationFunction(_api, _access).RunAsync(Request(paymentId), _client.Object, CancellationToken.None));

        Assert.Equal(404, status);
    }

    [Fact]
    public async Task SendNow_WaitingPayment_RaisesTheCommandForTheWaitingAttempt()
    {
        Has(OrchestrationRuntimeStatus.Running);

        var (status, body) = await ExecuteAsync(await new SendNowFunction(_api).RunAsync(Request(Given.PaymentId), _client.Object, CancellationToken.None));

        Assert.Equal(202, status);
        _client.Verify(client => client.RaiseEventAsync(
            "np-" + Given.PaymentId,
            DeliveryCommand.EventName,
            It.Is<DeliveryCommand>(command => command.Kind == CommandKind.SendNow && command.ExpectedAttempt == 2 && command.Id == body.GetProperty("commandId").GetString()),
            It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task Cancel_WaitingPayment_RaisesTheCommandWithTheReason()
    {
        Has(OrchestrationRuntimeStatus.Running);
        var request = Request(Given.PaymentId, """{"actor":"me","reason":"why"}""");

        var (status, _) = await ExecuteAsync(await new CancelFunction(_api).RunAsync(request, _client.Object, CancellationToken.None));

        Assert.Equal(202, status);
        _client.Verify(client => client.RaiseEventAsync(
            "np-" + Given.PaymentId,
            DeliveryCommand.EventName,
            It.Is<DeliveryCommand>(command => command.Kind == CommandKind.Cancel && command.Actor == "me" && command.Reason == "why"),
            It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task Cancel_PendingInstance_Is409AndRaisesNothing()
    {
        Has(OrchestrationRuntimeStatus.Pending);

        var (status, _) = await ExecuteAsync(await new CancelFunction(_api).RunAsync(Request(Given.PaymentId), _client.Object, CancellationToken.None));

        Assert.Equal(409, status);
        _client.Verify(client => client.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    private static HealthReport Health() => new("ok", AppServices.Host, "1", new DeliveryPolicy(), new OverloadPolicy(), BreakerState.Closed);

    private static HttpRequest Request(string? paymentId, string body = "")
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        if (paymentId is not null)
        {
            context.Request.RouteValues["paymentId"] = paymentId;
        }

        return context.Request;
    }

    private static async Task<(int Status, JsonElement Body)> ExecuteAsync(IResult result)
    {
        using var body = new MemoryStream();
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Response.Body = body;
        await result.ExecuteAsync(context);
        return (context.Response.StatusCode, JsonSerializer.Deserialize<JsonElement>(body.ToArray()));
    }

    private void Has(OrchestrationRuntimeStatus status)
    {
        var delivery = Delivery.Begin(Given.Input(), Given.Start).Apply(Given.Result(AttemptKind.Unknown), Given.Start);
        _claims.Setup(claims => claims.GetAsync(Given.PaymentId, It.IsAny<CancellationToken>())).ReturnsAsync(new Claim
        {
            PaymentId = delivery.PaymentId,
            DeliveryId = delivery.DeliveryId,
            Body = Given.Input().Body,
            BodyHashes = ["hash"],
            FirstMessageId = "m-1",
            AcceptedAt = delivery.AcceptedAt,
        });
        _client.Setup(client => client.GetInstanceAsync(delivery.DeliveryId, true, It.IsAny<CancellationToken>())).ReturnsAsync(new OrchestrationMetadata(DeliverOrchestrator.Name, delivery.DeliveryId)
        {
            RuntimeStatus = status,
            DataConverter = WorkerJson.Converter,
            SerializedCustomStatus = status == OrchestrationRuntimeStatus.Pending ? null : WorkerJson.Write(BriefReport.Of(delivery)),
        });
    }
}
