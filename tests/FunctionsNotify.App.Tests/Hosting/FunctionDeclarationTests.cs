using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.App.Tests.Hosting;

// What the host reads from the functions' attributes: a wrong name or route is found at run time only.
public sealed class FunctionDeclarationTests
{
    private static readonly IReadOnlyDictionary<string, MethodInfo> Functions = typeof(AppServices).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
        .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    [Fact]
    public void Functions_AreAllThere() => Assert.Equal(
        [
            "BulkPayments", "BulkQuarantine", "Cancel", "Deliver", "Discard", "GetBody", "GetNotification", "GetQuarantineRecord", "GetSending", "Health", "Intake",
            "ListAudit", "ListNotifications", "ListQuarantine", "ListStates", "Maintain", "MaintainByHand", "OpenApi", "Page", "PageFile", "PauseSending", "Ready", "RecordOutcome",
            "Redeliver", "Repair", "Requeue", "ResumeSending", "SendAttempt", "SendNow", "Summary",
        ],
        Functions.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Intake_Queue_IsASettingThatTheSampleHas()
    {
        var queue = Trigger<QueueTriggerAttribute>(IntakeFunction.Name).QueueName;
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "local.settings.sample.json")))!["Values"]!.AsObject();

        // Flat: the platform's scale controller resolves no other name.
        Assert.Matches("^%[A-Za-z]+%$", queue);
        Assert.Contains(queue.Trim('%'), sample.Select(member => member.Key));
    }

    [Fact]
    public void Intake_Connection_IsASettingThatTheStorageClientsReadToo()
    {
        var connection = Trigger<QueueTriggerAttribute>(IntakeFunction.Name).Connection;

        Assert.Equal(StorageConnection.PaymentsSection, connection);
    }

    [Theory]
    [InlineData(SendAttemptFunction.Name)]
    [InlineData(RecordOutcomeFunction.Name)]
    public void Activities_AreDeclaredUnderTheNamesThatTheOrchestratorCalls(string name) => Assert.NotNull(Trigger<ActivityTriggerAttribute>(name));

    [Fact]
    public void Maintain_IsDueEveryMinuteOnOneInstance()
    {
        var trigger = Trigger<TimerTriggerAttribute>(MaintainFunction.Name);

        Assert.Equal(("0 * * * * *", false, true), (trigger.Schedule, trigger.RunOnStartup, trigger.UseMonitor));
    }

    [Fact]
    public void Orchestrator_IsDeclaredUnderTheNameThatTheStarterStarts() => Assert.NotNull(Trigger<OrchestrationTriggerAttribute>(DeliverOrchestrator.Name));

    [Fact]
    public void Orchestrator_Version_IsHostJsonsDefault() => Assert.Equal(
        DeliverOrchestrator.Version,
        (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "host.json")))!["extensions"]!["durableTask"]!["defaultVersion"]);

    private static T Trigger<T>(string function)
        where T : Attribute => Assert.Single(Functions[function].GetParameters().Select(parameter => parameter.GetCustomAttribute<T>()).OfType<T>());
}
