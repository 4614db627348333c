using FunctionsNotify.DevHost;
using FunctionsNotify.DevHost.Rpc;

namespace FunctionsNotify.Scenarios.DevHost;

public sealed class FunctionDefinitionTests
{
    private const string Queue = """{"name":"message","type":"queueTrigger","queueName":"q","properties":{"supportsDeferredBinding":"True"}}""";

    [Fact]
    public void ReadAll_QueueMessageAndDurableClient_IsKnown()
    {
        var read = Assert.Single(FunctionDefinition.ReadAll([Function(Queue, """{"name":"client","type":"durableClient"}""")]));

        Assert.Equal(("queueTrigger", "message", "client", "q"), (read.TriggerType, read.TriggerName, read.DurableClient, read.Setting("queueName")));
    }

    [Theory]
    [InlineData("""{"name":"message","type":"queueTrigger","queueName":"q","properties":{}}""", "Job: the development host gives a queueTrigger a QueueMessage or BinaryData only")]
    [InlineData("""{"name":"blob","type":"blobTrigger"}""", "Job: the development host does not know blobTrigger; it runs ")]
    [InlineData("""{"name":"client","type":"durableClient"}""", "Job: has no trigger")]
    public void ReadAll_WhatItCannotRun_IsRefusedByName(string binding, string told)
    {
        var refused = Assert.Throws<DevHostException>(() => FunctionDefinition.ReadAll([Function(Queue), Function(binding)]));

        Assert.StartsWith(told, Assert.Single(refused.Lines), StringComparison.Ordinal);
    }

    private static RpcFunctionMetadata Function(params string[] bindings) => new() { Name = "Job", RawBindings = { bindings } };
}
