using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

internal static class DeliveryServices
{
    // Adds the policy from the section's settings and the intake. The host adds the ports. A wrong setting stops the
    // start with one line for each.
    public static IServiceCollection AddDelivery(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<DeliveryOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<DeliveryOptions>>().Value.Policy);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MessageQuarantine>();
        services.TryAddSingleton<NotificationIntake>();
        return services;
    }

    // Adds this instance's limiter and breaker in front of the client. A wrong setting stops the start with one line
    // for each.
    public static IServiceCollection AddOverloadGuard(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<OverloadOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OverloadOptions>, OverloadOptionsValidator>());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<OverloadOptions>>().Value.Policy);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GuardedSender>();
        return services;
    }

    private static ValidateOptionsResult Judge(IReadOnlyList<string> unreadable, IReadOnlyList<string> violations) =>
        unreadable.Count + violations.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail([.. unreadable, .. violations]);

    private sealed class OverloadOptionsValidator : IValidateOptions<OverloadOptions>
    {
        public ValidateOptionsResult Validate(string? name, OverloadOptions options) => Judge(options.Unreadable, options.Policy.Violations());
    }

    private sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
    {
        public ValidateOptionsResult Validate(string? name, DeliveryOptions options) => Judge(options.Unreadable, options.Policy.Violations());
    }
}
