using System.Text.Json.Nodes;

namespace FunctionsNotify.App.Tests.Hosting;

// The host does not validate host.json: a section at the wrong level or a misspelled name is silently ignored, and the
// defaults that it leaves in force break the retry schedule. So the names below are those of the options classes that the
// host and its extensions bind (ScriptJobHostOptions, QueuesOptions, DurableTaskOptions, AzureStorageOptions, TraceOptions).
public sealed class HostJsonTests
{
    private static readonly JsonNode Host =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))!;

    private static readonly JsonNode Queues = Host["extensions"]!["queues"]!;

    private static readonly JsonNode Durable = Host["extensions"]!["durableTask"]!;

    private static readonly JsonNode Storage = Durable["storageProvider"]!;

    [Fact]
    public void HostJson_InTheOutput_IsTheOneAtTheTopLevel() => Assert.Equal(
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, "host.json")),
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")));

    [Fact]
    public void TopLevel_HasOnlySectionsThatTheHostReads()
    {
        Assert.Equal("2.0", (string?)Host["version"]);
        AssertNames(Host, "version", "functionTimeout", "logging", "extensions", "telemetryMode", "healthMonitor", "concurrency");
        AssertNames(Host["logging"]!, "logLevel", "applicationInsights", "console", "fileLoggingMode");
        AssertNames(Host["extensions"]!, "http", "queues", "durableTask");
        // A published sample nests it here, where nobody reads it.
        Assert.Null(Host["logging"]!["extensions"]);
    }

    [Fact]
    public void TopLevel_TelemetryMode_IsOpenTelemetryAsTheWorkersExporterNeedsIt()
    {
        Assert.Equal("OpenTelemetry", (string?)Host["telemetryMode"]);
        // Read in the other mode only: sampling set there would be believed and would do nothing.
        Assert.Null(Host["logging"]!["applicationInsights"]);
    }

    [Fact]
    public void Queues_BoundByTheStorageExtension_PaceFailuresAndLeaveDecodingToTheCodec()
    {
        AssertNames(
            Queues, "batchSize", "newBatchThreshold", "maxDequeueCount", "maxPollingInterval", "messageEncoding", "visibilityTimeout");
        Assert.Equal("none", (string?)Queues["messageEncoding"]);
        Assert.Equal(TimeSpan.FromSeconds(30), Duration(Queues["visibilityTimeout"]));
        Assert.Equal(100, (int?)Queues["maxDequeueCount"]);
        Assert.InRange((int)Queues["batchSize"]!, 1, 32);
        Assert.InRange((int)Queues["newBatchThreshold"]!, 0, 100);
        // What an outage of a quarter of an hour costs a message must leave most of its rounds.
        Assert.True(Duration(Queues["visibilityTimeout"]) * (int)Queues["maxDequeueCount"]! >= TimeSpan.FromMinutes(45));
    }

    [Fact]
    public void Polling_OfTriggersAndControlQueues_NeverBacksOffBeyondASecond()
    {
        // The storage provider truncates timers to whole seconds, so polling is what is left of "within 5 seconds".
        Assert.InRange(Duration(Queues["maxPollingInterval"]), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
        Assert.InRange(Duration(Storage["maxQueuePollingInterval"]), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Durable_BoundByTheExtension_HasOnlyNamesThatItReads()
    {
        AssertNames(
            Durable,
            "hubName", "defaultVersion", "versionMatchStrategy", "versionFailureStrategy", "storageProvider", "tracing",
            "notifications", "httpSettings", "maxConcurrentActivityFunctions", "maxConcurrentOrchestratorFunctions",
            "maxOrchestrationActions", "storeInputsInOrchestrationHistory", "throwStatusExceptionsOnRaiseEvent",
            "useGracefulShutdown", "useAppLease", "appLeaseOptions", "grpcHttpClientTimeout", "maxGrpcMessageSizeInBytes");
        AssertNames(
            Storage,
            "type", "connectionName", "controlQueueBatchSize", "partitionCount", "controlQueueBufferThreshold",
            "controlQueueVisibilityTimeout", "workItemQueueVisibilityTimeout", "fetchLargeMessagesAutomatically",
            "maxQueuePollingInterval", "useTablePartitionManagement", "allowReplayingTerminalInstances",
            "partitionTableOperationTimeout", "queueClientMessageEncoding", "useInstanceTableEtag");
        AssertNames(
            Durable["tracing"]!,
            "traceInputsAndOutputs", "traceReplayEvents", "distributedTracingEnabled", "version", "includeInstanceIdInOperationName");
    }

    [Fact]
    public void Durable_Storage_IsAzureStorageWithAValidPartitionCount()
    {
        Assert.Equal("AzureStorage", (string?)Storage["type"]);
        Assert.Equal("AzureWebJobsStorage", (string?)Storage["connectionName"]);
        Assert.InRange((int)Storage["partitionCount"]!, 1, 16);
        Assert.InRange((int)Storage["controlQueueBatchSize"]!, 1, (int)Storage["controlQueueBufferThreshold"]!);
        Assert.InRange((int)Storage["controlQueueBufferThreshold"]!, 1, 1000);
    }

    [Fact]
    public void Durable_MessagesOfADeadWorker_ComeBackWithinAMinute()
    {
        // By default after five: measured on a real host, a kill held deliveries up for that long. Longer than any of our
        // activities takes, or one that still runs would be run again beside itself.
        foreach (var name in new[] { "controlQueueVisibilityTimeout", "workItemQueueVisibilityTimeout" })
        {
            Assert.InRange(Duration(Storage[name]), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Logging_EachStorageRequest_IsNotLogged() =>
        Assert.Equal("Error", (string?)Host["logging"]!["logLevel"]!["Azure.Core"]);

    [Fact]
    public void Durable_TaskHub_ComesFromASettingSoThatEverySlotHasItsOwn() =>
        Assert.Equal("%TaskHub%", (string?)Durable["hubName"]);

    [Fact]
    public void Durable_Versioning_MarksInstancesAndRejectsNewerOnes()
    {
        // A version with a dot is compared by number; "10" and "9" would be compared as text, and 10 would be the older.
        Assert.True(Version.TryParse((string?)Durable["defaultVersion"], out _));
        Assert.Equal("CurrentOrOlder", (string?)Durable["versionMatchStrategy"]);
        Assert.Equal("Reject", (string?)Durable["versionFailureStrategy"]);
    }

    [Fact]
    public void Durable_Payloads_NeverReachTheTraces()
    {
        Assert.False((bool)Durable["tracing"]!["traceInputsAndOutputs"]!);
        Assert.False((bool)Durable["tracing"]!["traceReplayEvents"]!);
    }

    private static TimeSpan Duration(JsonNode? node) =>
        TimeSpan.ParseExact((string)node!, "c", System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertNames(JsonNode section, params string[] known) =>
        Assert.Empty(section.AsObject().Select(member => member.Key).Except(known));
}
