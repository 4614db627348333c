using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>A part of the storage account fails for good: what cannot be taken in is kept, and all else goes on.</summary>
[Trait("Category", "owns-process")]
public sealed class PoisonScenarios
{
    [OwnsProcessFact]
    public async Task Intake_QuarantineIsGone_MessageIsKeptOnThePoisonQueue()
    {
        var container = $"poison-quarantine-{ScenarioSettings.RunId}";
        await using var own = await Suite.PrepareHostAsync("poison", HostPolicy.OfSeconds(1, 2));
        await own.StartAsync(
            new("Storage__QuarantineContainer", container),
            new("AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "3"));
        await new BlobContainerClient(own.Host.Storage, container).DeleteAsync();

        const string Malformed = "{ never to be taken in }";
        await own.Host.EnqueueAsync(Malformed);
        var poison = new QueueClient(own.Host.Storage, $"{own.Host.NotificationsQueue}-poison");
        var kept = await Eventually.IsThereAsync(async () => (await poison.PeekMessageAsync()).Value, HostUnderTest.Patience, "the message on the poison queue");

        Assert.Equal(Malformed, kept.Body.ToString());
        Assert.True(kept.ExpiresOn is null || kept.ExpiresOn > DateTimeOffset.UtcNow.AddYears(100), $"the kept message expires on {kept.ExpiresOn}");
        (await own.Host.DeliverAsync(Payment.Succeeded("beside-poison"), ScriptStep.Success)).Is("Delivered", sends: 1);
    }
}
