using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;

namespace FunctionsNotify.App.Tests.Durable;

public sealed class OrchestrationMetadataTests
{
    [Fact]
    public void ReadAs_WithAConverter_ReadsInputOutputAndCustomStatus()
    {
        var metadata = new OrchestrationMetadata("DeliverNotification", "np-1")
        {
            DataConverter = JsonDataConverter.Default,
            SerializedInput = """{"Text":"in","Number":1}""",
            SerializedOutput = """{"Text":"out","Number":2}""",
            SerializedCustomStatus = """{"Text":"status","Number":3}""",
        };

        Assert.Equal(new Sample("in", 1), metadata.ReadInputAs<Sample>());
        Assert.Equal(new Sample("out", 2), metadata.ReadOutputAs<Sample>());
        Assert.Equal(new Sample("status", 3), metadata.ReadCustomStatusAs<Sample>());
    }

    [Fact]
    public void ReadAs_WithoutAnyText_IsNull()
    {
        var metadata = new OrchestrationMetadata("DeliverNotification", "np-1") { DataConverter = JsonDataConverter.Default };

        Assert.Null(metadata.ReadInputAs<Sample>());
        Assert.Null(metadata.ReadOutputAs<Sample>());
        Assert.Null(metadata.ReadCustomStatusAs<Sample>());
    }

    [Fact]
    public void ReadAs_OfMetadataFetchedWithoutPayloads_Throws()
    {
        var metadata = new OrchestrationMetadata("DeliverNotification", "np-1") { SerializedInput = "1" };

        Assert.Throws<InvalidOperationException>(() => metadata.ReadInputAs<int>());
        Assert.Throws<InvalidOperationException>(() => metadata.ReadOutputAs<int>());
        Assert.Throws<InvalidOperationException>(() => metadata.ReadCustomStatusAs<int>());
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Running, true, false)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Completed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Failed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, false, true)]
    public void Status_OfAnInstance_SaysWhetherItRunsOrIsOver(OrchestrationRuntimeStatus status, bool running, bool completed)
    {
        var metadata = new OrchestrationMetadata("DeliverNotification", "np-1") { RuntimeStatus = status };

        Assert.Equal(running, metadata.IsRunning);
        Assert.Equal(completed, metadata.IsCompleted);
    }

    [Fact]
    public void JsonDataConverter_OfAValue_RoundTripsFieldsToo()
    {
        var text = JsonDataConverter.Default.Serialize(new WithField { Field = 3 });

        Assert.Equal("""{"Field":3}""", text);
        Assert.Equal(3, JsonDataConverter.Default.Deserialize<WithField>(text)?.Field);
        Assert.Null(JsonDataConverter.Default.Serialize(null));
        Assert.Null(JsonDataConverter.Default.Deserialize<WithField>(null));
        Assert.Null(JsonDataConverter.Default.Deserialize<JsonElement?>(null));
        // It unboxes what is not there: an event without a payload must not be awaited as a plain value.
        Assert.Throws<NullReferenceException>(() => JsonDataConverter.Default.Deserialize<int>(null));
    }

    private sealed record Sample(string Text, int Number);

    private sealed class WithField
    {
        public int Field;
    }
}
