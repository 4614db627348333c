using System.Net;
using System.Text.Json;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Simulator;
using FunctionsNotify.Testing;

namespace FunctionsNotify.LocalHost.Tests;

[Collection(SharedAzurite.Name)]
public sealed class LocalHostAppTests(AzuriteFixture azurite) : IDisposable
{
    private readonly LocalHostUnderTest _host = new(azurite.ConnectionString);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Message_AnsweredS_IsDeliveredOnceWithItsOwnBytes()
    {
        await using var app = await _host.StartAsync();
        await _host.EnqueueAsync(Payments.Body("e2e"));

        var outcome = Assert.Single(await _host.TakeOutcomesAsync(1));

        Assert.Equal("Delivered", Text(outcome, "state"));
        var view = await _host.FindAsync(app, "e2e");
        Assert.Equal((DeliveryState.Delivered, 1), (view!.State, view.Delivery!.AttemptCount));
        var received = Assert.Single(app.Simulator!.Received.List("e2e"));
        Assert.Equal(Payments.Body("e2e"), received.BodyText);
        await Eventually.BecomesTrueAsync(async () => (await _host.Notifications.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0, Eventually.Soon, "the empty queue");
    }

    [Fact]
    public async Task Messages_BadDuplicateAndConflicting_AreToldApart()
    {
        await using var app = await _host.StartAsync();
        await _host.EnqueueAsync(Payments.Body("one"));
        Assert.Equal("Delivered", Text(Assert.Single(await _host.TakeOutcomesAsync(1)), "state"));

        await _host.EnqueueAsync(Payments.Body("one"));
        await _host.EnqueueAsync(Payments.Body("one", "MERCHANT_KYB_NOT_QUALIFIED"));
        await _host.EnqueueAsync("{\"paymentId\":\"two\",}");

        var outcomes = await _host.TakeOutcomesAsync(2);
        Assert.Equal(["Conflict", "Invalid"], outcomes.Select(outcome => Text(outcome, "state")).Order());
        await Eventually.BecomesTrueAsync(async () => (await _host.FindAsync(app, "one"))?.Duplicates == 1, Eventually.Soon, "the counted duplicate");
        Assert.Single(app.Simulator!.Received.List("one"));
    }

    [Fact]
    public async Task Restart_PaymentWaits_GoesOnWhereItStopped()
    {
        _host.Settings["Delivery:RetryDelays:0"] = "00:00:01";
        _host.Settings["Delivery:RetryDelays:1"] = "00:00:05";
        await using (var first = await _host.StartAsync())
        {
            first.Simulator!.Scripts.Set("resumed", ScriptStep.Unknown());
            await _host.EnqueueAsync(Payments.Body("resumed"));
            await Eventually.BecomesTrueAsync(async () => (await _host.FindAsync(first, "resumed"))?.Delivery?.AttemptCount == 2, Eventually.Soon, "two attempts");
        }

        await using var second = await _host.StartAsync();

        var outcome = Assert.Single(await _host.TakeOutcomesAsync(1));
        Assert.Equal("Delivered", Text(outcome, "state"));
        Assert.Equal(3, outcome.GetProperty("attemptCount").GetInt32());
        Assert.Single(second.Simulator!.Received.List("resumed"));
    }

    [Fact]
    public async Task Commands_SendNowThenCancel_AreAcceptedAndTakeEffect()
    {
        _host.Settings["Delivery:RetryDelays:0"] = "00:00:05";
        _host.Settings["Delivery:RetryDelays:1"] = "01:00:00";
        await using var app = await _host.StartAsync();
        app.Simulator!.Scripts.Set("commanded", ScriptStep.Unknown());
        await _host.EnqueueAsync(Payments.Body("commanded"));
        await Eventually.BecomesTrueAsync(async () => (await _host.FindAsync(app, "commanded"))?.Delivery?.AttemptCount == 1, Eventually.Soon, "attempt 1");

        using (var sent = await _host.CommandAsync(app, "commanded", "send-now"))
        {
            Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        }

        await Eventually.BecomesTrueAsync(async () => (await _host.FindAsync(app, "commanded"))?.Delivery is { AttemptCount: 2, Phase: DeliveryPhase.Waiting }, Eventually.Soon, "attempt 2");
        using (var cancelled = await _host.CommandAsync(app, "commanded", "cancel"))
        {
            Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        }

        Assert.Equal("Cancelled", Text(Assert.Single(await _host.TakeOutcomesAsync(1)), "state"));
        using var late = await _host.CommandAsync(app, "commanded", "cancel");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Fact]
    public async Task Storage_GoesAwayAndComesBack_NothingIsLost()
    {
        await using var own = await AzuriteProcess.StartAsync();
        using var host = new LocalHostUnderTest(own.ConnectionString);
        await using var app = await host.StartAsync();
        app.Simulator!.Scripts.Set("outage", ScriptStep.Success with { Delay = TimeSpan.FromSeconds(2) });
        await host.EnqueueAsync(Payments.Body("outage"));
        await Eventually.BecomesTrueAsync(async () => await host.FindAsync(app, "outage") is not null, Eventually.Soon, "the claim");
        // The queue's message is deleted a moment after the claim; an Azurite that stops before that gives it again.
        await own.StopAsync();
        await Eventually.BecomesTrueAsync(async () => (await host.FindAsync(app, "outage"))!.State == DeliveryState.Delivered, Eventually.Soon, "the delivery while storage is away");

        await own.RestartAsync();

        var outcome = Assert.Single(await host.TakeOutcomesAsync(1));
        Assert.Equal("Delivered", Text(outcome, "state"));
        await host.EnqueueAsync(Payments.Body("after"));
        Assert.Equal("after", Text(Assert.Single(await host.TakeOutcomesAsync(1)), "paymentId"));
        Assert.Single(app.Simulator.Received.List("outage"));
    }

    [Fact]
    public async Task Start_SettingsAreWrong_TellsEachInOneLineAndStartsNothing()
    {
        _host.Settings["Delivery:RetryDelays:0"] = "00:00:30";
        _host.Settings["Delivery:Jitter"] = "a lot";
        _host.Settings["AlipayPlus:ClientId"] = "";
        _host.Settings["AlipayPlus:BaseUrl"] = "http://example.org";
        _host.Settings["Queues:OutcomeEncoding"] = "rot13";
        _host.Settings["LocalHost:Port"] = "-1";
        _host.Settings["AzureFunctionsJobHost:extensions:queues:batchSize"] = "64";

        var fault = await Assert.ThrowsAsync<ConfigurationException>(_host.StartAsync);

        Assert.All(
            new[]
            {
                "LocalHost__Port: must be a whole number from 0 to 65535, is a text of 2 characters",
                "extensions.queues.batchSize in host.json, or AzureFunctionsJobHost__extensions__queues__batchSize: must be a whole number from 1 to 32, is a text of 2 characters",
                "Delivery__Jitter: must be a number; found a text of 5 characters",
                "Delivery__RetryDelays__0: must be at most 5 s, is 00:00:30",
                "AlipayPlus__ClientId: is missing; it is the id that Alipay+ assigned to the acquirer.",
            },
            line => Assert.Contains(line, fault.Problems));
        Assert.Contains(fault.Problems, line => line.StartsWith("AlipayPlus__BaseUrl: ", StringComparison.Ordinal));
        Assert.Contains(fault.Problems, line => line.StartsWith("Queues__OutcomeEncoding: ", StringComparison.Ordinal));
        Assert.All(fault.Problems, line => Assert.DoesNotContain('\n', line));
        Assert.DoesNotContain(fault.Problems, line => line.Contains("a lot", StringComparison.Ordinal) || line.Contains("rot13", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_OnlyPartOfAlipayPlusIsSet_DoesNotGuessTheSimulator()
    {
        _host.Settings["AlipayPlus:ClientId"] = "SANDBOX_1";

        var fault = await Assert.ThrowsAsync<ConfigurationException>(_host.StartAsync);

        Assert.Contains("AlipayPlus__BaseUrl: is missing, but AlipayPlus__ClientId is set; set it, or no AlipayPlus__ setting to use the simulator", fault.Problems);
    }

    [Fact]
    public async Task Start_KeyInAVaultWithoutAlipayPlus_DoesNotGuessTheSimulator()
    {
        _host.Settings["KeyVault:Uri"] = "https://name.vault.azure.net";

        var fault = await Assert.ThrowsAsync<ConfigurationException>(_host.StartAsync);

        Assert.Contains(fault.Problems, line => line.StartsWith("AlipayPlus__BaseUrl: is missing, but KeyVault__ settings are set", StringComparison.Ordinal));
        Assert.Contains(fault.Problems, line => line.StartsWith("KeyVault__KeyName: is missing", StringComparison.Ordinal));
        Assert.DoesNotContain(fault.Problems, line => line.StartsWith("AlipayPlus__PrivateKey", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_DataFolderIsInUse_SaysSo()
    {
        await using var app = await _host.StartAsync();

        var fault = await Assert.ThrowsAsync<IOException>(_host.StartAsync);

        Assert.StartsWith("The data folder is in use by another local host", fault.Message, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement outcome, string member) => outcome.GetProperty(member).GetString();
}
