using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a function app starts.</summary>
public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => throw Unavailable.In(nameof(FunctionsApplication));
}

/// <summary>Collects a function app's services; cannot be made without the real packages.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder
{
    internal FunctionsApplicationBuilder()
    {
    }

    public IDictionary<object, object> Properties => throw Unavailable.In(nameof(FunctionsApplicationBuilder));

    public ConfigurationManager Configuration => throw Unavailable.In(nameof(FunctionsApplicationBuilder));

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public IHostEnvironment Environment => throw Unavailable.In(nameof(FunctionsApplicationBuilder));

    public ILoggingBuilder Logging => throw Unavailable.In(nameof(FunctionsApplicationBuilder));

    public IMetricsBuilder Metrics => throw Unavailable.In(nameof(FunctionsApplicationBuilder));

    public IServiceCollection Services => throw Unavailable.In(nameof(FunctionsApplicationBuilder));

    public IHost Build() => throw Unavailable.In(nameof(FunctionsApplicationBuilder));

    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        throw Unavailable.In(nameof(FunctionsApplicationBuilder));
}

/// <summary>Switches HTTP functions to ASP.NET Core's types.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) =>
        throw Unavailable.In(nameof(FunctionsApplicationBuilderAspNetCoreExtensions));
}
