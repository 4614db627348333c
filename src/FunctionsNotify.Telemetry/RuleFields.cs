using System.Collections.Frozen;

namespace FunctionsNotify.Telemetry;

/// <summary>
/// The fields that an unconfirmed rule speaks of. A message may hold any other name, and none may make a metric series of
/// its own.
/// </summary>
public static class RuleFields
{
    private static readonly FrozenSet<string> _known = FrozenSet.ToFrozenSet(
        [
            "paymentResult.resultCode",
            "paymentResult.resultMessage",
            "paymentId",
            "paymentRequestId",
            "paymentTime",
            "envelope.traceparent",
            "envelope.tracestate",
        ],
        StringComparer.Ordinal);

    /// <summary>Every listed field.</summary>
    public static IReadOnlyCollection<string> All => _known;

    /// <summary>The field itself when it is listed, else <see cref="TelemetryNames.Others.Other"/>.</summary>
    /// <param name="field">A violation's field.</param>
    public static string Label(string field) => _known.TryGetValue(field, out var listed) ? listed : TelemetryNames.Others.Other;
}
