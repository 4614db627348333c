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
            "ApplyConflict", "Cancel", "Deliver", "Discard", "DrainPoison", "FindStuck", "GetNotification", "GetQuarantineRecord", "Health", "Intake", "ListAudit",
            "ListNotifications", "ListQuarantine", "Observe", "OpenApi", "Page", "PageFile", "Purge", "Ready", "RecordOutcome", "RecordProgress", "Redeliver",
            "RedeliverMany", "Repair", "Requeue", "SendAttempt", "SendNow", "Summary", "Sweep",
        ],
        Functions.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(HealthFunction.Name, NotificationApiRoutes.Health, "get", AuthorizationLevel.Anonymous)]
    [InlineData(GetNotificationFunction.Name, NotificationApiRoutes.Notification, "get", AuthorizationLevel.Function)]
    [InlineData(SendNowFunction.Name, NotificationApiRoutes.SendNow, "post", AuthorizationLevel.Function)]
    [InlineData(CancelFunction.Name, NotificationApiRoutes.Cancel, "post", AuthorizationLevel.Function)]
    [InlineData(RepairFunction.Name, NotificationApiRoutes.Repair, "post", AuthorizationLevel.Function)]
    [InlineData(RedeliverFunction.Name, NotificationApiRoutes.Redeliver, "post", AuthorizationLevel.Function)]
    [InlineData(RedeliverManyFunction.Name, NotificationApiRoutes.Redeliveries, "post", AuthorizationLevel.Function)]
    [InlineData(ListQuarantineFunction.Name, NotificationApiRoutes.Quarantine, "get", AuthorizationLevel.Function)]
    [InlineData(GetQuarantineRecordFunction.Name, NotificationApiRoutes.QuarantineRecord, "get", AuthorizationLevel.Function)]
    [InlineData(RequeueFunction.Name, NotificationApiRoutes.Requeue, "post", AuthorizationLevel.Function)]
    [InlineData(DiscardFunction.Name, NotificationApiRoutes.Discard, "post", AuthorizationLevel.Function)]
    [InlineData(ApplyConflictFunction.Name, NotificationApiRoutes.Apply, "post", AuthorizationLevel.Function)]
    [InlineData(ListAuditFunction.Name, NotificationApiRoutes.Audit, "get", AuthorizationLevel.Function)]
    [InlineData(ListNotificationsFunction.Name, NotificationApiRoutes.Notifications, "get", AuthorizationLevel.Function)]
    [InlineData(SummaryFunction.Name, NotificationApiRoutes.Summary, "get", AuthorizationLevel.Function)]
    [InlineData(OpenApiFunction.Name, NotificationApiRoutes.OpenApi, "get", AuthorizationLevel.Function)]
    [InlineData(ReadyFunction.Name, NotificationApiRoutes.Ready, "get", AuthorizationLevel.Anonymous)]
    [InlineData(PageFunction.Name, NotificationApiRoutes.Page, "get", AuthorizationLevel.Anonymous)]
    [InlineData(PageFileFunction.Name, NotificationApiRoutes.PageFile, "get", AuthorizationLevel.Anonymous)]
    public void HttpFunctions_HaveTheApisRoutes(string name, string route, string method, AuthorizationLevel level)
    {
        var trigger = Trigger<HttpTriggerAttribute>(name);

        Assert.Equal((route, level), (trigger.Route, trigger.AuthLevel));
        Assert.Equal([method], trigger.Methods!);
    }

    [Fact]
    public void HttpFunctions_OfOtherRoutes_AreNotThere() => Assert.Equal(
        19, Functions.Values.Count(method => method.GetParameters().Any(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>() is not null)));

    [Fact]
    public void Intake_Queue_IsASettingThatTheSampleHas()
    {
        var queue = Trigger<QueueTriggerAttribute>(IntakeFunction.Name).QueueName;
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "local.settings.sample.json")))!["Values"]!.AsObject();

        // With the environment's double underscore the host finds no such setting and disables the function: docs/decisions.
        Assert.Matches("^%[A-Za-z]+(:[A-Za-z]+)*%$", queue);
        Assert.Contains(queue.Trim('%').Replace(":", "__", StringComparison.Ordinal), sample.Select(member => member.Key));
    }

    [Fact]
    public void Intake_Connection_IsASettingThatTheStorageClientsReadToo()
    {
        var connection = Trigger<QueueTriggerAttribute>(IntakeFunction.Name).Connection;

        Assert.Equal(StorageConnectionOptions.PaymentsSection, connection);
    }

    [Theory]
    [InlineData(SendAttemptFunction.Name)]
    [InlineData(RecordProgressFunction.Name)]
    [InlineData(RecordOutcomeFunction.Name)]
    public void Activities_AreDeclaredUnderTheNamesThatTheOrchestratorCalls(string name) => Assert.NotNull(Trigger<ActivityTriggerAttribute>(name));

    [Theory]
    [InlineData(SweepFunction.Name, "0 */5 * * * *")]
    [InlineData(FindStuckFunction.Name, "0 7 * * * *")]
    [InlineData(PurgeFunction.Name, "0 33 0-5 * * *")]
    [InlineData(ObserveFunction.Name, "30 * * * * *")]
    public void UpkeepTimers_KeepTheirSchedules(string name, string schedule)
    {
        var trigger = Trigger<TimerTriggerAttribute>(name);

        Assert.Equal((schedule, false, true), (trigger.Schedule, trigger.RunOnStartup, trigger.UseMonitor));
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
