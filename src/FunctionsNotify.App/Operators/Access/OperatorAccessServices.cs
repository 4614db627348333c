using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

internal static class OperatorAccessServices
{
    // Set by App Service on every app whose authentication is on.
    private const string PlatformAuthentication = "WEBSITE_AUTH_ENABLED";

    public static IServiceCollection AddOperatorAccess(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<OperationsOptions>()
            .Configure(options =>
            {
                options.Authentication = configuration.GetSection(OperationsOptions.Section)[nameof(OperationsOptions.Authentication)];
                options.IsPlatformAuthenticationOn = string.Equals(configuration[PlatformAuthentication], "true", StringComparison.OrdinalIgnoreCase);
            })
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OperationsOptions>, OperationsOptionsValidator>());
        services.TryAddSingleton(provider => new OperatorAccess(
            provider.GetRequiredService<IOptions<OperationsOptions>>().Value.ReadAuthentication() ?? AuthenticationMode.Entra));
        return services;
    }
}
