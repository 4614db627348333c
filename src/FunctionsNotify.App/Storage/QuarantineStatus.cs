using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

[JsonConverter(typeof(JsonStringEnumConverter<QuarantineStatus>))]
public enum QuarantineStatus
{
    Waiting,

    Requeuing,

    Requeued,

    Discarded,

    Applied,
}
