using FunctionsNotify.App.Tests.Monitoring;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Deliver;

public sealed class RecordProgressFunctionTests : IDisposable
{
    private readonly Mock<IDeliveryIndex> _index = new(MockBehavior.Strict);
    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Measurements _measured = new();

    private static DeliveryIndexRow Row => DeliveryIndexRow.Of(Delivery.Begin(Given.Input(), Given.Start).Apply(Given.Result(AttemptKind.Unknown), Given.Start));

    [Fact]
    public async Task Run_IndexAnswers_WritesTheRow()
    {
        var row = Row;
        _index.Setup(index => index.UpsertAsync(row, It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);

        await Function().RunAsync(row, CancellationToken.None);

        _index.VerifyAll();
        Assert.Empty(_measured.All);
    }

    [Fact]
    public async Task Run_IndexFails_CountsAndDoesNotThrow()
    {
        _index.Setup(index => index.UpsertAsync(It.IsAny<DeliveryIndexRow>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException());

        await Function().RunAsync(Row, CancellationToken.None);

        Assert.Equal(["1"], _measured.Of(TelemetryNames.Instruments.ProgressFailures));
    }

    [Fact]
    public async Task Run_IndexHangs_GivesUpAfterTheLimit()
    {
        _index.Setup(index => index.UpsertAsync(It.IsAny<DeliveryIndexRow>(), It.IsAny<CancellationToken>()))
            .Returns((DeliveryIndexRow _, CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));

        var run = Function().RunAsync(Row, CancellationToken.None);
        _time.Advance(RecordProgressFunction.Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await run.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(_measured.All);
    }

    [Fact]
    public async Task Run_HostStops_GivesUpAtOnce()
    {
        _index.Setup(index => index.UpsertAsync(It.IsAny<DeliveryIndexRow>(), It.IsAny<CancellationToken>()))
            .Returns((DeliveryIndexRow _, CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));

        await Function().RunAsync(Row, new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(_measured.All);
    }

    public void Dispose() => _measured.Dispose();

    private RecordProgressFunction Function() => new(_index.Object, new ProgressTelemetry(_measured.Meters), _time, NullLogger<RecordProgressFunction>.Instance);
}
