using FunctionsNotify.Simulator;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>The whole attempt: client, vault's signature, Alipay+'s stand-in that verifies it and signs its answer.</summary>
public sealed class DeliveryBySimulatorTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fn-vault-").FullName;
    private readonly FakeIdentity _identity = new();
    private SimulatorServer _simulator = null!;
    private FakeVault _vault = null!;
    private Dictionary<string, string?> _settings = null!;

    public async Task InitializeAsync()
    {
        _simulator = await SimulatorServer.StartAsync(new SimulatorOptions { KeysDirectory = _folder });
        _vault = await FakeVault.StartAsync();
        using var key = RsaKeys.ReadPrivateKey(await File.ReadAllTextAsync(_simulator.Keys.AcquirerPrivateKeyPath));
        _settings = Clients.OfVault(_vault, _vault.AddKey(VaultSigners.KeyName, key));
        foreach (var (name, value) in _simulator.HostSettings.Where(setting => setting.Key != "AlipayPlus__PrivateKeyPath"))
        {
            _settings[name] = value;
        }
    }

    public async Task DisposeAsync()
    {
        await _vault.DisposeAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task SendAsync_VaultSigns_IsAcknowledged()
    {
        await using var services = Build();
        services.GetRequiredService<Microsoft.Extensions.Options.IStartupValidator>().Validate();

        var results = new[] { await services.SendAsync(Clients.Notification("p-1")), await services.SendAsync(Clients.Notification("p-2")) };

        Assert.All(results, result => Assert.Equal(AttemptKind.Acknowledged, result.Kind));
        Assert.Equal(1, _identity.Requests);
        Assert.Equal(2, _vault.Requests.Count);
        Assert.DoesNotContain(_vault.Requests, request => request.Body.Contains("p-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_VaultIsBusy_IsPostponedAndNothingIsSent()
    {
        _vault.Instead = (context, _) => FakeVault.RefuseAsync(context, 429, "Throttled");
        await using var services = Build();

        var result = await services.SendAsync(Clients.Notification("p-1"));

        Assert.Equal((AttemptKind.Postponed, PostponeReason.SignerThrottled), (result.Kind, result.PostponeReason));
        Assert.Equal("The vault asked us to slow down (429, Throttled).", result.Detail);
        Assert.Empty(_simulator.Received.List());
    }

    [Fact]
    public async Task SendAsync_VaultRefuses_IsNotSent()
    {
        _vault.Instead = (context, _) => FakeVault.RefuseAsync(context, 403, "Forbidden", "ForbiddenByRbac");
        await using var services = Build();

        var result = await services.SendAsync(Clients.Notification("p-1"));

        Assert.Equal(AttemptKind.NotSent, result.Kind);
        Assert.Contains("ForbiddenByRbac", result.Detail, StringComparison.Ordinal);
        // Cut, an operator would not see what to do.
        Assert.InRange(result.Detail!.Length, 1, AttemptResult.MaxTextLength - 1);
        Assert.Empty(_simulator.Received.List());
    }

    [Fact]
    public async Task SendAsync_VaultHangs_EndsWithTheRequestTimeout()
    {
        _vault.Instead = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        _settings["AlipayPlus__RequestTimeout"] = "00:00:00.4";
        await using var services = Build();

        var result = await services.SendAsync(Clients.Notification("p-1"));

        Assert.Equal((AttemptKind.NotSent, "The signer did not answer within 0.4 s."), (result.Kind, result.Detail));
        Assert.Empty(_simulator.Received.List());
    }

    [Fact]
    public async Task SendAsync_HostStops_LeavesAsCancelled()
    {
        using var stop = new CancellationTokenSource();
        _vault.Instead = (_, end) =>
        {
            stop.Cancel();
            return Task.Delay(Timeout.Infinite, end);
        };
        await using var services = Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => services.SendAsync(Clients.Notification("p-1"), stop.Token));
    }

    private ServiceProvider Build() => Clients.Build(_settings, _identity);
}
