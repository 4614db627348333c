using System.Net;

namespace FunctionsNotify.Scenarios.AnyHost;

[Trait("Category", "any-host")]
public sealed class ApiScenarios
{
    [Fact]
    public async Task Health_Always_ReportsTheScheduleAndConstants()
    {
        var host = await Suite.HostAsync();
        var (status, name, policy) = await host.Api.HealthAsync();
        Assert.Equal("ok", status);
        Assert.Contains(name, (string[])["local", "functions"]);
        Assert.Empty(host.Policy.DifferencesTo(policy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%2F..%2Fhealth")]
    public async Task Get_UnknownPayment_Is404(string suffix)
    {
        var host = await Suite.HostAsync();
        var (status, contentType) = await host.Api.GetAsync($"api/notifications/{Payment.NewId("unknown-payment")}{suffix}");
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (status, contentType));
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("send-now")]
    public async Task Command_UnknownPayment_Is404(string kind)
    {
        var host = await Suite.HostAsync();
        var (status, _) = await host.Api.CommandAsync(Payment.NewId("unknown-payment"), kind);
        Assert.Equal(HttpStatusCode.NotFound, status);
    }
}
