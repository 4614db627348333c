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

    private static readonly HostPolicy Policy = HostPolicy.OfSeconds(1, 2, 4, 5, 6, 7, 8, 9);

    [OwnsProcessFact]
    public async Task Deliver_EachNetworkFaultThenMended_IsDeliveredWithTheSameBytes()
    {
        // Nobody listens yet; a port that was listened at cannot refuse again, so that comes first.
        await using var proxy = new NetworkProxy((await Suite.SimulatorAsync()).BaseAddress, NetworkFault.Refused);
        await using var own = await Suite.StartHostAsync("network", Policy, [.. Address(proxy.BaseUrl), new(Setting.RequestTimeout, "00:00:03")]);
        foreach (var (fault, requestsArrive, detail) in new[]
        {
            (NetworkFault.Refused, false, "Connection: refused."),
            (NetworkFault.ResetInHead, true, "Connection: reset by the other side."),
            (NetworkFault.ResetInBody, true, "Connection: reset by the other side."),
            (NetworkFault.SlowDrip, true, "Timeout: no answer within 3 s."),
        })
        {
            output.WriteLine($"{fault}:");
            proxy.Break(fault);
            var payment = await FailsAsync(own.Host, fault.ToString(), requestsArrive, detail);

            proxy.Mend();

            await IsDeliveredAsync(own.Host, payment, requestsArrive);
        }
    }

    [OwnsProcessFact]
    public async Task Deliver_WrongCertificateThenRightAddress_IsDeliveredWithTheSameBytes()
    {
        using var certificate = SelfSigned();
        await using var proxy = new NetworkProxy((await Suite.SimulatorAsync()).BaseAddress, NetworkFault.None, certificate);
        await DeliverByRightAddressAsync("certificate", Address(proxy.BaseUrl), "TLS: The remote certificate is invalid");
    }

    [OwnsProcessFact]
    public Task Deliver_UnknownHostNameThenRightAddress_IsDeliveredWithTheSameBytes() => DeliverByRightAddressAsync(
        // A proxy of this machine would look the name up in the host's place.
        "name", [.. Address("https://name.invalid"), .. new[] { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" }.Select(name => KeyValuePair.Create(name, string.Empty))], "DNS: the host name was not found.");

    private async Task DeliverByRightAddressAsync(string name, KeyValuePair<string, string>[] wrong, string detail)
    {
        await using var own = await Suite.PrepareHostAsync(name, Policy);
        await own.StartAsync(wrong);
        var payment = await FailsAsync(own.Host, name, requestsArrive: false, detail);

        // Stopped in order: what a killed host holds comes back only after a minute.
        await own.Process.StopAsync();
        await own.StartAsync();

        await IsDeliveredAsync(own.Host, payment, requestsArrived: false);
    }

    private static async Task<Payment> FailsAsync(HostUnderTest host, string name, bool requestsArrive, string detail)
    {
        var payment = Payment.Succeeded(name);
        await host.ScriptAsync(payment, ScriptStep.Success);
        await host.EnqueueAsync(payment);
        // On a slow machine a further attempt may be made before we look.
        var waiting = await host.Api.WaitAsync(payment.Id, answer => answer.Delivery?.AttemptCount >= FailedAttempts, HostUnderTest.Patience, $"to have made {FailedAttempts} attempts");

        Assert.Equal("Open", waiting.State);
        Assert.InRange(waiting.Delivery!.Attempts.Count, FailedAttempts, Policy.MaxAttempts - 1);
        Assert.All(waiting.Delivery.Attempts, attempt =>
        {
            Assert.Equal(("NoResult", null), (attempt.Result.Kind, attempt.Result.ResultCode));
            Assert.StartsWith(detail, attempt.Result.Detail, StringComparison.Ordinal);
        });
        Assert.Empty(host.Outcomes.Deliveries(payment.Id));
        var requests = await host.ReceivedAsync(payment.Id);
        Assert.True(requestsArrive ? requests.Count >= FailedAttempts : requests.Count == 0, $"{requests.Count} requests arrived");
        return payment;
    }

    private async Task IsDeliveredAsync(HostUnderTest host, Payment payment, bool requestsArrived)
    {
        var delivered = (await host.EndAsync(payment)).IsSound("Delivered");
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

    private static KeyValuePair<string, string>[] Address(string baseUrl) => [new(Setting.BaseUrl, baseUrl)];
}
