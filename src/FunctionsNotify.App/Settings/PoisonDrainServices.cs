using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

internal static class PoisonDrainServices
{
    public static IServiceCollection AddPoisonDrain(this IServiceCollection services, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<PoisonDrainOptions>().Configure(options => options.Read(section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PoisonDrainOptions>, Validator>());
        services.TryAddSingleton<PoisonDrain>();
        return services;
    }

    private sealed class Validator : IValidateOptions<PoisonDrainOptions>
    {
        public ValidateOptionsResult Validate(string? name, PoisonDrainOptions options) =>
            options.Violations() is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
