using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FunctionsNotify.App;

// Registers everything that measures and traces. What becomes of the measurements is the host's choice of exporter.
internal static class TelemetryServices
{
    public static IServiceCollection AddNotificationTelemetry(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IntakeTelemetry>();
        services.TryAddSingleton<IIntakeWatch>(provider => provider.GetRequiredService<IntakeTelemetry>());
        services.TryAddSingleton<AttemptTelemetry>();
        services.TryAddSingleton<ProgressTelemetry>();
        services.TryAddSingleton<MaintenanceTelemetry>();
        services.TryAddSingleton<BreakerTelemetry>();
        services.TryAddSingleton<ObservationTelemetry>();
        MeasureOutcomes(services);
        services.AddHostedService<Instruments>();
        return services;
    }

    private static void MeasureOutcomes(IServiceCollection services)
    {
        var publisher = services.LastOrDefault(service => service.ServiceType == typeof(IOutcomePublisher) && !service.IsKeyedService)
            ?? throw new InvalidOperationException($"{nameof(AddNotificationTelemetry)} must come after the outcome publisher that it measures.");
        services.Remove(publisher);
        services.AddKeyedSingleton<IOutcomePublisher>(
            nameof(MeasuredOutcomes),
            (provider, _) => (IOutcomePublisher)(publisher.ImplementationInstance
                ?? publisher.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, publisher.ImplementationType!)));
        services.AddSingleton<IOutcomePublisher>(provider => ActivatorUtilities.CreateInstance<MeasuredOutcomes>(
            provider, provider.GetRequiredKeyedService<IOutcomePublisher>(nameof(MeasuredOutcomes))));
    }
}
