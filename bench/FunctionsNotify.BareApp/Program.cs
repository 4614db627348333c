using System.Text.Json;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;

await FunctionsApplication.CreateBuilder(args).Build().RunAsync();

internal static class Functions
{
    // The payment's id is the instance's, so that the bench can follow one payment in either app.
    [Function("Intake")]
    public static Task IntakeAsync([QueueTrigger("%NotificationsQueue%", Connection = "PaymentsStorage")] QueueMessage message, [DurableClient] DurableTaskClient client)
    {
        var body = message.Body.ToString();
        using var payment = JsonDocument.Parse(body);
        var id = payment.RootElement.GetProperty("paymentId").GetString();
        return client.ScheduleNewOrchestrationInstanceAsync("Deliver", body, new StartOrchestrationOptions($"np-{id}"));
    }

    [Function("Deliver")]
    public static Task DeliverAsync([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("Send", context.GetInput<string>());

    [Function("Send")]
    public static void Send([ActivityTrigger] string message) => _ = message;
}
