using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Monitoring;

public sealed class TelemetryServicesTests
{
    [Fact]
    public void AddNotificationTelemetry_BeforeThePublisher_SaysSo()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddNotificationTelemetry());

        Assert.Contains("outcome publisher", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddNotificationTelemetry_AnyWayOfRegistration_MeasuresThePublisher()
    {
        foreach (var add in new Action<IServiceCollection>[]
        {
            services => services.AddSingleton<IOutcomePublisher, Publisher>(),
            services => services.AddSingleton<IOutcomePublisher>(_ => new Publisher()),
            services => services.AddSingleton<IOutcomePublisher>(new Publisher()),
        })
        {
            var collection = new ServiceCollection();
            add(collection);
            await using var services = collection.AddNotificationTelemetry().BuildServiceProvider();
            using var collected = new MeterListener();
            var counted = 0L;
            collected.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, services.GetRequiredService<IMeterFactory>()))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            collected.SetMeasurementEventCallback<long>((_, value, _, _) => counted += value);
            collected.Start();

            var publisher = Assert.IsType<MeasuredOutcomes>(Assert.Single(services.GetServices<IOutcomePublisher>()));
            await publisher.PublishAsync(DeliveryOutcome.Of(Given.Ended("p")), CancellationToken.None);

            Assert.Equal(1, counted);
        }
    }

    [Fact]
    public void TelemetryNames_ClientSource_IsTheClientLibrarysOwn() =>
        Assert.Equal(Client.PaymentNotificationQueue.ActivitySourceName, TelemetryNames.ClientSource);

    private sealed class Publisher : IOutcomePublisher
    {
        public Task PublishAsync(Outcome outcome, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
