using System.Diagnostics;
using System.Net;
using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the wire to Alipay+.</summary>
public static class AlipayPlusServices
{
    // More connections than payments in flight: waiting for a free one would use up the attempt's time.
    private const int MaxConnections = 512;

    private const int MaxHeadersKilobytes = 32;

    // New connections look the host's addresses up again; the accelerated hosts move.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ConnectionIdleTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Registers the client, its signer (unless another one is registered), the public keys and the settings.</summary>
    public static IServiceCollection AddAlipayPlus(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSettings<AlipayPlusOptions>(section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRequestSigner>(CreateSigner);
        services.TryAddSingleton(provider => PublicKeyRing.FromTexts(Options(provider).ReadPublicKeys()));
        services.TryAddSingleton(provider => new ResponseVerifier(provider.GetRequiredService<PublicKeyRing>(), Options(provider).ClientId!));
        services.TryAddSingleton<INotifyPushPaymentClient>(provider => new NotifyPushPaymentClient(
            CreateHandler(Options(provider)),
            provider.GetRequiredService<IRequestSigner>(),
            provider.GetRequiredService<ResponseVerifier>(),
            Options(provider),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKeyExpiry, KeyExpiryBySetting>());
        return services;
    }

    /// <summary>
    /// Registers a signer whose key is not among these settings, before or after <see cref="AddAlipayPlus"/>: a private
    /// key in them is then a wrong setting, because nobody could tell which of the two keys signs.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="setting">The environment name of the setting that says where the key is, for the operator.</param>
    /// <param name="create">Makes the signer; the container disposes it.</param>
    public static IServiceCollection AddRequestSigner(this IServiceCollection services, string setting, Func<IServiceProvider, IRequestSigner> create)
    {
        services.Replace(ServiceDescriptor.Singleton(create));
        services.AddSingleton(new KeyElsewhere(setting));
        return services;
    }

    private static SocketsHttpHandler CreateHandler(AlipayPlusOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        // The headers are the protocol's: no traceparent to a foreign gateway.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        UseProxy = !new Uri(options.BaseUrl!).IsLoopback,
        ConnectTimeout = options.RequestTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        PooledConnectionIdleTimeout = ConnectionIdleTimeout,
        MaxConnectionsPerServer = MaxConnections,
        MaxResponseHeadersLength = MaxHeadersKilobytes,
        // A body that is too long is not worth reading to its end for the sake of the connection.
        MaxResponseDrainSize = 0,
    };

    private static AlipayPlusOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<AlipayPlusOptions>>().Value;

    private static PemRequestSigner CreateSigner(IServiceProvider provider)
    {
        var options = Options(provider);
        using var key = options.ReadPrivateKey();
        return new PemRequestSigner(key, options.KeyVersion!);
    }
}
