using System.Text.Json;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>A form in which values are stored, with every serializer that reads and writes it.</summary>
internal sealed record Form(string Kind, params JsonSerializerOptions[] Serializers)
{
    /// <summary>
    /// Durable's history: inputs and results of orchestrations and activities, custom status, events. The function app's
    /// worker serializes them with the Functions worker's own options, which read names in any case; a worker without
    /// Functions would with those of JsonDataConverter, which include fields.
    /// </summary>
    public static readonly Form History = new(
        "history",
        new JsonSerializerOptions { PropertyNameCaseInsensitive = true },
        new JsonSerializerOptions { IncludeFields = true });

    /// <summary>Our own: outcomes in the queue, quarantine records in blobs, the local host's snapshots.</summary>
    public static readonly Form Rest = new("rest", DeliveryJson.Options);

    private readonly JsonSerializerOptions _indented = new(Serializers[0]) { WriteIndented = true };

    /// <summary>The value as it is stored, though indented.</summary>
    public string Write(StoredValue value) => JsonSerializer.Serialize(value.Value, value.Type, _indented);
}

/// <summary>One value of version 1.</summary>
internal sealed record StoredValue(string Name, Type Type, object Value)
{
    public static StoredValue Of<T>(string name, T value)
        where T : notnull => new(name, typeof(T), value);
}
