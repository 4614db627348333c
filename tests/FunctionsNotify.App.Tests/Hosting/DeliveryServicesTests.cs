using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moq;

namespace FunctionsNotify.App.Tests.Core;

public sealed class DeliveryServicesTests
{
    private static ServiceProvider Provider(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton(Mock.Of<INotifyPushPaymentClient>())
            .AddDelivery(configuration.GetSection(DeliveryOptions.Section))
            .AddOverloadGuard(configuration.GetSection(OverloadPolicy.Section))
            .BuildServiceProvider();
    }

    [Fact]
    public void AddDelivery_NoSettings_IsTheDefaultLadder()
    {
        using var provider = Provider();
        Assert.Equal(new DeliveryPolicy().RetryDelays.AsEnumerable(), provider.GetRequiredService<DeliveryPolicy>().RetryDelays);
    }

    [Fact]
    public void AddDelivery_LadderSet_ReplacesTheDefaultAltogether()
    {
        using var provider = Provider(("Delivery:RetryDelays:0", "00:00:01"), ("Delivery:RetryDelays:1", "00:00:03"), ("Delivery:Jitter", "0.2"), ("Delivery:SetupFloor", "00:00:07"));
        var policy = provider.GetRequiredService<DeliveryPolicy>();
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)], policy.RetryDelays.AsEnumerable());
        Assert.Equal((0.2, TimeSpan.FromSeconds(7)), (policy.Jitter, policy.SetupFloor));
    }

    [Fact]
    public void AddDelivery_WrongSettings_NamesEachInALine()
    {
        using var provider = Provider(("Delivery:RetryDelays:0", "00:01:00"), ("Delivery:Jitter", "7"));
        var fault = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<DeliveryPolicy>);
        Assert.Collection(
            fault.Failures,
            line => Assert.StartsWith("Delivery__RetryDelays__0: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Delivery__Jitter: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void AddDelivery_UnreadableAndMisspeltSettings_NamesAllOfThemAndShowsNoValue()
    {
        using var provider = Provider(
            ("Delivery:RetryDelays:0", "00:00:01"), ("Delivery:RetryDelays:1", "soonish"), ("Delivery:Jitter", "secret"), ("Delivery:SetupFlor", "00:00:07"));
        var fault = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<DeliveryPolicy>);
        Assert.Contains("Delivery__RetryDelays__1: must be a time span such as 00:00:30; found a text of 7 characters", fault.Failures);
        Assert.Contains("Delivery__Jitter: must be a number; found a text of 6 characters", fault.Failures);
        Assert.Contains(fault.Failures, line => line.StartsWith("Delivery__SetupFlor: is no setting", StringComparison.Ordinal));
        Assert.DoesNotContain(fault.Failures, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void AddOverloadGuard_Settings_AreRead()
    {
        using var provider = Provider(("Overload:MaxSendsPerSecond", "12.5"), ("Overload:BreakerPause", "00:00:10"));
        var policy = provider.GetRequiredService<OverloadPolicy>();
        Assert.Equal((12.5, TimeSpan.FromSeconds(10), 100), (policy.MaxSendsPerSecond!.Value, policy.BreakerPause, policy.MaxConcurrentSends));
    }

    [Fact]
    public void AddOverloadGuard_WrongSetting_IsNamed()
    {
        using var provider = Provider(("Overload:MaxConcurrentSends", "0"));
        var fault = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<OverloadPolicy>);
        Assert.StartsWith("Overload__MaxConcurrentSends: ", Assert.Single(fault.Failures), StringComparison.Ordinal);
    }
}
