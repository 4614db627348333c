using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class OperatorFunctionTests
{
    private static readonly DateTimeOffset Now = Given.Start.AddHours(1);

    private static readonly Claim Claim = new()
    {
        PaymentId = Given.PaymentId,
        DeliveryId = Given.Input().DeliveryId,
        Body = Given.Input().Body,
        BodyHashes = ["hash"],
        FirstMessageId = "m-1",
        AcceptedAt = Given.Start,
    };

    private readonly Mock<DurableTaskClient> _client = new("client");
    private readonly Mock<IClaimStore> _claims = new();
    private readonly Mock<IClaimMaintenance> _maintenance = new(MockBehavior.Strict);
    private readonly Mock<IDeliveryIndex> _index = new(MockBehavior.Strict);
    private readonly List<string> _steps = [];
    private readonly List<DeliveryInput> _started = [];

    public OperatorFunctionTests()
    {
        _index.Setup(index => index.UpsertAsync(It.Is<DeliveryIndexRow>(row => row.StartingSince == Now), It.IsAny<CancellationToken>()))
            .Callback(() => _steps.Add("row"))
            .Returns(Task.CompletedTask);
        _maintenance.Setup(claims => claims.ReopenAsync(It.IsAny<Claim>(), It.Is<Claim>(claim => claim.Generation == 2), It.IsAny<CancellationToken>()))
            .Callback(() => _steps.Add("claim"))
            .ReturnsAsync((Claim?)null);
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(
                DeliverOrchestrator.Name, It.IsAny<object?>(), It.Is<StartOrchestrationOptions>(options => options.InstanceId == Claim.DeliveryId + "~2"), It.IsAny<CancellationToken>()))
            .Callback((TaskName _, object? input, StartOrchestrationOptions? _, CancellationToken _) =>
            {
                _steps.Add("start");
                _started.Add((DeliveryInput)input!);
            })
            .ReturnsAsync(Claim.DeliveryId + "~2");
    }

    [Fact]
    public async Task Repair_FailedInstance_StartsTheNextGenerationAndAnswers202()
    {
        Has(Claim, OrchestrationRuntimeStatus.Failed);

        var answer = await new RepairFunction(Api).RunAsync(Request(string.Empty), _client.Object, CancellationToken.None);

        Assert.Equal(202, Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode);
        Assert.Equal(["audit begun", "row", "claim", "start", "audit accepted"], _steps);
        Assert.Equal((Claim.DeliveryId, Given.Body), (Assert.Single(_started).Supersedes, Encoding.UTF8.GetString(_started[0].Body.Span)));
    }

    [Fact]
    public async Task Redeliver_EndedDelivery_StartsTheNextGenerationAndAnswers202()
    {
        Has(Claim with { State = DeliveryState.Exhausted, EndedAt = Now }, OrchestrationRuntimeStatus.Completed);

        var answer = await new RedeliverFunction(Api).RunAsync(Request("""{"actor":"ann","reason":"why"}"""), _client.Object, CancellationToken.None);

        Assert.Equal(202, Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode);
        Assert.Equal(["audit begun", "row", "claim", "start", "audit accepted"], _steps);
        Assert.Equal((Claim.DeliveryId, Given.Body), (Assert.Single(_started).Supersedes, Encoding.UTF8.GetString(_started[0].Body.Span)));
    }

    [Fact]
    public async Task RedeliverMany_EndedAndUnknown_AnswersBothVerdicts()
    {
        Has(Claim with { State = DeliveryState.Exhausted, EndedAt = Now }, OrchestrationRuntimeStatus.Completed);
        var request = Request($$"""{"actor":"ann","reason":"why","paymentIds":["{{Given.PaymentId}}","other"]}""");
        request.Headers["Idempotency-Key"] = "k";

        var answer = await new RedeliverManyFunction(Api).RunAsync(request, _client.Object, CancellationToken.None);

        var bulk = Assert.IsType<BulkAnswer>(Assert.IsAssignableFrom<IValueHttpResult>(answer).Value);
        Assert.Equal([BulkVerdict.Redelivered, BulkVerdict.Unknown], bulk.Results.Select(result => result.Verdict));
        Assert.Single(_started);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    public async Task Redeliver_OpenOrBroken_Is409AndStartsNothing(OrchestrationRuntimeStatus status)
    {
        Has(Claim, status);

        var answer = await new RedeliverFunction(Api).RunAsync(Request("""{"actor":"ann","reason":"why","force":true}"""), _client.Object, CancellationToken.None);

        Assert.Equal(409, Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode);
        Assert.Empty(_started);
    }

    private OperatorApiFactory Api
    {
        get
        {
            var log = new Mock<IAuditLog>();
            log.Setup(audit => audit.WriteAsync(It.IsAny<AuditEntry>(), It.IsAny<CancellationToken>()))
                .Callback((AuditEntry entry, CancellationToken _) => _steps.Add($"audit {entry.Outcome}"))
                .Returns(Task.CompletedTask);
            var time = new FakeTimeProvider(Now);
            var trail = new AuditTrail(log.Object, time, NullLoggerFactory.Instance);
            var (records, codec) = (Mock.Of<IQuarantineRecords>(), Mock.Of<IMessageCodec>());
            var quarantine = new QuarantineOperations(records, Mock.Of<INotificationSender>(), codec, trail, new RetentionPolicy(), time, NullLogger<QuarantineOperations>.Instance);
            return new OperatorApiFactory(
                _claims.Object, _maintenance.Object, _index.Object, Mock.Of<IDeliveryListing>(), records, codec, quarantine, trail, new OperatorAccess(AuthenticationMode.Keys), new DeliveryPolicy(), time, NullLoggerFactory.Instance);
        }
    }

    private static HttpRequest Request(string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        request.RouteValues["paymentId"] = Given.PaymentId;
        return request;
    }

    private void Has(Claim claim, OrchestrationRuntimeStatus status)
    {
        _claims.Setup(claims => claims.GetAsync(Given.PaymentId, It.IsAny<CancellationToken>())).ReturnsAsync(claim);
        _client.Setup(client => client.GetInstanceAsync(claim.DeliveryId, It.IsAny<bool>(), It.IsAny<CancellationToken>())).ReturnsAsync(new OrchestrationMetadata(DeliverOrchestrator.Name, claim.DeliveryId)
        {
            RuntimeStatus = status,
            DataConverter = WorkerJson.Converter,
        });
    }
}
