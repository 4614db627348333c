using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>
/// The way to Alipay+ is broken, each time otherwise: every attempt is on the record with what was wrong, nothing is
/// decided by it, and when it is mended the same bytes are delivered.
/// </summary>
[Trait("Category", "owns-process")]
public sealed class NetworkFaultScenarios(ITestOutputHelper output)
{
    private const int FailedAttempts = 2;

    private static readonly HostPolicy Policy = HostPolicy.OfSeconds(1, 2, 3, 4, 5, 6, 7, 8);

    [OwnsProcessTheory]
    [InlineData(NetworkFault.Refused, false, "Connection: refused.")]
    [InlineData(NetworkFault.ResetInHead, true, "Connection: reset by the other side.")]
    [InlineData(NetworkFault.ResetInBody, true, "Connection: reset by the other side.")]
    [InlineData(NetworkFault.SlowDrip, true, "Timeout: no answer within 3 s.")]
    public async Task Deliver_NetworkFaultThenMended_IsDeliveredWithTheSameBytes(NetworkFault fault, bool requestsArrive, string detail)
    {
        await using var proxy = new FaultProxy((await Suite.SimulatorAsync()).BaseAddress, fault);
        await using var own = await Suite.PrepareHostAsync("network", Policy);
        await own.StartAsync(Address(proxy.BaseUrl));
        var payment = await FailsAsync(own, fault.ToString(), requestsArrive, detail);

        proxy.Mend();

        await IsDeliveredAsync(own, payment, requestsArrive);
    }

    [OwnsProcessFact]
    public async Task Deliver_WrongCertificateThenRightAddress_IsDeliveredWithTheSameBytes()
    {
        using var certificate = SelfSigned();
        await using var proxy = new FaultProxy((await Suite.SimulatorAsync()).BaseAddress, NetworkFault.None, certificate);
        await using var own = await Suite.PrepareHostAsync("certificate", Policy);
        await own.StartAsync(Address(proxy.BaseUrl));
        var payment = await FailsAsync(own, "certificate", requestsArrive: false, "TLS: The remote certificate is invalid");

        await own.RestartAsync();

        await IsDeliveredAsync(own, payment, requestsArrived: false);
    }

    [OwnsProcessFact]
    public async Task Deliver_UnknownHostNameThenRightAddress_IsDeliveredWithTheSameBytes()
    {
        await using var own = await Suite.PrepareHostAsync("name", Policy);
        // A proxy of this machine would look the name up in the host's place.
        await own.StartAsync([Address("https://name.invalid"), .. NoProxy()]);
        var payment = await FailsAsync(own, "name", requestsArrive: false, "DNS: the host name was not found.");

        await own.RestartAsync();

        await IsDeliveredAsync(own, payment, requestsArrived: false);
    }

    private static async Task<Payment> FailsAsync(OwnHost own, string name, bool requestsArrive, string detail)
    {
        var payment = Payment.Succeeded(name);
        await own.Host.ScriptAsync(payment, ScriptStep.Success);
        await own.Host.EnqueueAsync(payment);
        var waiting = await own.Host.Api.WaitForAttemptAsync(payment.Id, FailedAttempts + 1, HostUnderTest.Patience);

        Assert.Equal("Open", waiting.State);
        Assert.Equal(FailedAttempts, waiting.Delivery!.Attempts.Count);
        Assert.All(waiting.Delivery.Attempts, attempt =>
        {
            Assert.Equal(("NoResult", null), (attempt.Result.Kind, attempt.Result.ResultCode));
            Assert.StartsWith(detail, attempt.Result.Detail, StringComparison.Ordinal);
        });
        Assert.Empty(own.Host.Outcomes.Deliveries(payment.Id));
        var requests = await own.Host.ReceivedAsync(payment.Id);
        Assert.True(requestsArrive ? requests.Count >= FailedAttempts : requests.Count == 0, $"{requests.Count} requests arrived");
        return payment;
    }

    private async Task IsDeliveredAsync(OwnHost own, Payment payment, bool requestsArrived)
    {
        var delivered = (await own.Host.EndAsync(payment, HostUnderTest.Patience)).IsSound("Delivered");
        var kinds = delivered.Outcome.Attempts.Select(attempt => attempt.Result.Kind).ToList();
        output.WriteLine(string.Join(", ", delivered.Outcome.Attempts.Select(attempt => $"{attempt.Result.Kind} ({attempt.Result.Detail})")));
        // On a slow machine a further attempt may have been made before the mending.
        Assert.InRange(kinds.Count, FailedAttempts + 1, Policy.MaxAttempts);
        Assert.All(kinds.SkipLast(1), kind => Assert.Equal("NoResult", kind));
        Assert.Equal("Acknowledged", kinds[^1]);
        Assert.InRange(delivered.Requests.Count, requestsArrived ? FailedAttempts + 1 : 1, kinds.Count);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // Some platforms serve TLS only with a key that was loaded with its certificate.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }

    private static KeyValuePair<string, string> Address(string baseUrl) => new("AlipayPlus__BaseUrl", baseUrl);

    private static IEnumerable<KeyValuePair<string, string>> NoProxy() =>
        new[] { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" }.Select(name => KeyValuePair.Create(name, string.Empty));
}
