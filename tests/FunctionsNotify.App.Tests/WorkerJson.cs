using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace FunctionsNotify.App.Tests;

/// <summary>
/// How the platform writes inputs, results, events and statuses. In a function app Durable uses the worker's serializer:
/// System.Text.Json with nothing set but case-insensitive names (the worker's AddFunctionsWorkerDefaults).
/// </summary>
internal static class WorkerJson
{
    public static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public static readonly DataConverter Converter = new JsonDataConverter(Options);

    public static string? Write(object? value) => Converter.Serialize(value);

    public static T? Read<T>(string? text) => Converter.Deserialize<T>(text);

    public static T Again<T>(T value) => Read<T>(Write(value))!;
}
