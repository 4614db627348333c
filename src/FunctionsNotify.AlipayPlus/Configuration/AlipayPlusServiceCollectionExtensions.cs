using System.Diagnostics;
using System.Net;
using FunctionsNotify.AlipayPlus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the wire to Alipay+.</summary>
public static class AlipayPlusServiceCollectionExtensions
{
    // More connections than payments in flight: waiting for a free one would use up the attempt's time.
    private const int MaxConnections = 512;

    private const int MaxHeadersKilobytes = 32;

    // New connections look the host's addresses up again; the accelerated hosts move.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ConnectionIdleTimeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Registers <see cref="INotifyPushPaymentClient"/>, its signer (unless another one is registered, see <see cref="AddRequestSigner"/>), the public keys
    /// and the options, which are checked at start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The settings, see <see cref="AlipayPlusOptions"/>.</param>
    public static IServiceCollection AddAlipayPlus(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddOptions<AlipayPlusOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<AlipayPlusOptions>>(new ConfigureAlipayPlusOptions(section));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlipayPlusOptions>, ValidateAlipayPlusOptions>(
            provider => new ValidateAlipayPlusOptions(provider.GetServices<KeyElsewhere>())));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRequestSigner>(CreateSigner);
        services.TryAddSingleton(CreateKeyRing);
        services.TryAddSingleton(CreateVerifier);
        services.TryAddSingleton<INotifyPushPaymentClient, NotifyPushPaymentClient>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKeyExpiry, KeyExpiryBySetting>());

        services.AddHttpClient(NotifyPushPaymentClient.HttpClientName)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        return services;
    }

    /// <summary>
    /// Registers a signer whose key is not among these settings, before or after <see cref="AddAlipayPlus"/>: a private
    /// key in them is then a wrong setting, because nobody could tell which of the two keys signs. <c>[decided]</c>
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="setting">The environment name of the setting that says where the key is, for the operator.</param>
    /// <param name="create">Makes the signer; the container disposes it.</param>
    public static IServiceCollection AddRequestSigner(this IServiceCollection services, string setting, Func<IServiceProvider, IRequestSigner> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(setting);
        ArgumentNullException.ThrowIfNull(create);
        services.Replace(ServiceDescriptor.Singleton(create));
        services.AddSingleton(new KeyElsewhere(setting));
        return services;
    }

    internal static SocketsHttpHandler CreateHandler(IServiceProvider provider)
    {
        var options = Options(provider);
        return new SocketsHttpHandler
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
    }

    private static AlipayPlusOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<AlipayPlusOptions>>().Value;

    private static PemRequestSigner CreateSigner(IServiceProvider provider)
    {
        var options = Options(provider);
        using var key = AlipayPlusKeys.ReadPrivateKey(options);
        return new PemRequestSigner(key, options.KeyVersion!);
    }

    private static PublicKeyRing CreateKeyRing(IServiceProvider provider) =>
        PublicKeyRing.FromTexts(AlipayPlusKeys.ReadPublicKeys(Options(provider)));

    private static ResponseVerifier CreateVerifier(IServiceProvider provider) =>
        new(provider.GetRequiredService<PublicKeyRing>(), Options(provider).ClientId!);
}
