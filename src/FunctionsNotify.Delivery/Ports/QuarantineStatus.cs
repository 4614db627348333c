using System.Text.Json.Serialization;

namespace FunctionsNotify.Deliveries;

/// <summary>What became of a quarantined message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuarantineStatus>))]
public enum QuarantineStatus
{
    /// <summary>It waits for an operator.</summary>
    Waiting,

    /// <summary>An operator is putting it back on the queue. A record that stays so was left midway: a requeue ends it.</summary>
    Requeuing,

    /// <summary>It was put back on the queue, as it is or corrected.</summary>
    Requeued,

    /// <summary>An operator decided that it needs nothing more. The record stays.</summary>
    Discarded,

    /// <summary>A conflict whose content an operator had delivered as a correction of the payment's notification.</summary>
    Applied,
}
