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
            "Cancel", "Deliver", "Discard", "DrainPoison", "FindStuck", "GetNotification", "GetQuarantineRecord", "Health", "Intake", "ListAudit",
            "ListNotifications", "ListQuarantine", "Observe", "OpenApi", "Page", "PageFile", "Purge", "Ready", "RecordOutcome", "RecordProgress", "Redeliver",
            "RedeliverMany", "Repair", "Requeue", "SendAttempt", "SendNow", "Summary", "Sweep",
        ],
        Functions.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Health", "health", "get", AuthorizationLevel.Anonymous)]
    [InlineData("GetNotification", "notifications/{paymentId}", "get", AuthorizationLevel.Function)]
    [InlineData("SendNow", "notifications/{paymentId}/send-now", "post", AuthorizationLevel.Function)]
    [InlineData("Cancel", "notifications/{paymentId}/cancel", "post", AuthorizationLevel.Function)]
    [InlineData("Repair", "notifications/{paymentId}/repair", "post", AuthorizationLevel.Function)]
    [InlineData("Redeliver", "notifications/{paymentId}/redeliver", "post", AuthorizationLevel.Function)]
    [InlineData("RedeliverMany", "redeliveries", "post", AuthorizationLevel.Function)]
    [InlineData("ListQuarantine", "quarantine", "get", AuthorizationLevel.Function)]
    [InlineData("GetQuarantineRecord", "quarantine/{day}/{name}", "get", AuthorizationLevel.Function)]
    [InlineData("Requeue", "quarantine/{day}/{name}/requeue", "post", AuthorizationLevel.Function)]
    [InlineData("Discard", "quarantine/{day}/{name}/discard", "post", AuthorizationLevel.Function)]
    [InlineData("ListAudit", "audit", "get", AuthorizationLevel.Function)]
    [InlineData("ListNotifications", "notifications", "get", AuthorizationLevel.Function)]
    [InlineData("Summary", "summary", "get", AuthorizationLevel.Function)]
    [InlineData("OpenApi", "openapi.json", "get", AuthorizationLevel.Function)]
    [InlineData("Ready", "health/ready", "get", AuthorizationLevel.Anonymous)]
    [InlineData("Page", "ui", "get", AuthorizationLevel.Anonymous)]
    [InlineData("PageFile", "ui/{file}", "get", AuthorizationLevel.Anonymous)]
    public void HttpFunctions_HaveTheApisRoutes(string name, string route, string method, AuthorizationLevel level)
    {
        var trigger = Trigger<HttpTriggerAttribute>(name);

        Assert.Equal((route, level), (trigger.Route, trigger.AuthLevel));
        Assert.Equal([method], trigger.Methods!);
    }

    [Fact]
    public void HttpFunctions_OfOtherRoutes_AreNotThere() => Assert.Equal(
        18, Functions.Values.Count(method => method.GetParameters().Any(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>() is not null)));

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
