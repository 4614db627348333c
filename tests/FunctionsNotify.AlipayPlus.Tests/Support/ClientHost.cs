using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.AlipayPlus.Tests;

/// <summary>The client as a host registers it.</summary>
internal sealed class ClientHost : IDisposable
{
    private readonly ServiceProvider _provider;

    public ClientHost(string baseUrl, TimeSpan? timeout = null, TimeProvider? time = null, IRequestSigner? signer = null)
        : this(Settings(baseUrl, timeout), time, signer)
    {
    }

    public ClientHost(IEnumerable<KeyValuePair<string, string?>> settings, TimeProvider? time = null, IRequestSigner? signer = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        if (signer is not null)
        {
            services.AddSingleton(signer);
        }

        _provider = services.AddAlipayPlus(Section(settings)).BuildServiceProvider();
        Client = _provider.GetRequiredService<INotifyPushPaymentClient>();
    }

    public INotifyPushPaymentClient Client { get; }

    public static Dictionary<string, string?> Settings(string baseUrl, TimeSpan? timeout = null) => new()
    {
        ["AlipayPlus:BaseUrl"] = baseUrl,
        ["AlipayPlus:ClientId"] = TestKeys.ClientId,
        ["AlipayPlus:KeyVersion"] = "1",
        ["AlipayPlus:PrivateKey"] = SigningVectors.PrivateKeyPem,
        [$"AlipayPlus:PublicKeys:{TestKeys.AlipayKeyVersion}"] = TestKeys.AlipayPublicKey,
        // Long where no test waits for it: other work on the machine must not look like a timeout.
        ["AlipayPlus:RequestTimeout"] = (timeout ?? TimeSpan.FromSeconds(60)).ToString("c"),
    };

    public static IConfigurationSection Section(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(AlipayPlusOptions.SectionName);

    public void Dispose() => _provider.Dispose();
}
