using System.Net;
using System.Text;
using DurableTask.AzureStorage;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>The platform deletes large messages by prefix of the instance's id.</summary>
[Trait("Category", "owns-process")]
public sealed class PurgeScenarios
{
    private static readonly ScriptStep[] FourthTime = [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success];

    [OwnsProcessFact]
    public async Task Purge_OfOneDelivery_LeavesTheOthersLargeMessages()
    {
        await using var own = await Suite.StartHostAsync("purge", HostPolicy.OfSeconds(1, 2, 15, 16));
        var payment = Large(Payment.NewId("purge"));
        var other = Large(payment.Id + "Y");
        (await own.Host.DeliverAsync(payment, [ScriptStep.Failure("PROCESS_FAIL"), .. FourthTime])).Is("Rejected", sends: 1);
        await own.Host.ScriptAsync(other, FourthTime);
        await own.Host.EnqueueAsync(other);
        Assert.Equal(HttpStatusCode.Accepted, (await own.Host.Api.RedeliverAsync(payment.Id)).Status);
        await own.Host.Api.WaitForAttemptAsync(payment, 4);
        await own.Host.Api.WaitForAttemptAsync(other, 4);

        // As the purge at night does, on the same platform.
        var service = new AzureStorageOrchestrationService(new AzureStorageOrchestrationServiceSettings
        {
            TaskHubName = own.Settings[Setting.TaskHub],
            StorageAccountClientProvider = new StorageAccountClientProvider(own.Settings[Setting.Storage]),
        });
        Assert.Equal(1, (await service.PurgeInstanceHistoryAsync(payment.DeliveryId(1))).InstancesDeleted);

        Assert.Equal("Delivered", (await own.Host.Outcomes.DeliveryAsync(payment.Id, HostUnderTest.Patience, payment.DeliveryId(2))).State);
        (await own.Host.EndAsync(other)).Is("Delivered", sends: 4);
    }

    private static Payment Large(string id) => new(id, Encoding.UTF8.GetBytes(
        $$$"""{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"{{{id}}}","note":"{{{new string('x', 40 * 1024)}}}"}"""));
}
