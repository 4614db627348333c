using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.DevHost;

/// <summary>The configuration of the platform's own parts: host.json, and the app's settings over it.</summary>
internal static class HostSettings
{
    /// <summary>Where the extensions look for host.json's part of the configuration.</summary>
    public const string Root = "AzureFunctionsJobHost";

    public static IConfigurationRoot Read(FunctionsHostOptions options)
    {
        var hostJson = new ConfigurationBuilder();
        var file = Path.Combine(options.AppDirectory, "host.json");
        if (File.Exists(file))
        {
            try
            {
                hostJson.AddJsonFile(file);
                _ = hostJson.Build();
            }
            catch (Exception fault) when (fault is InvalidDataException or FormatException or JsonException)
            {
                throw new DevHostException($"host.json: {fault.InnerException?.Message ?? fault.Message}", DevHostException.WrongSettings);
            }
        }

        return new ConfigurationBuilder()
            .AddInMemoryCollection(hostJson.Build().AsEnumerable().Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create($"{Root}:{setting.Key}", setting.Value)))
            .AddInMemoryCollection(options.Settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
            .AddInMemoryCollection(
            [
                new("AzureWebJobsConfigurationSection", Root),
                // Durable then leaves orchestrations to the worker, over a gRPC server of its own.
                new("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated"),
            ])
            .Build();
    }

    public static string RoutePrefix(IConfiguration settings) => settings[$"{Root}:extensions:http:routePrefix"] ?? "api";

    public static bool IsDisabled(IConfiguration settings, string function) =>
        IsTrue(settings[$"AzureWebJobs.{function}.Disabled"]) || IsTrue(settings[$"AzureWebJobs_{function}_Disabled"]) || IsTrue(settings[$"AzureWebJobs:{function}:Disabled"]);

    private static bool IsTrue(string? value) => value == "1" || (bool.TryParse(value, out var isTrue) && isTrue);
}
