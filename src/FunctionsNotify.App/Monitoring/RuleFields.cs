using System.Collections.Frozen;

namespace FunctionsNotify.App;

// The fields that an unconfirmed rule speaks of. A message may hold any other name, and none may make a metric series
// of its own.
internal static class RuleFields
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

    public static IReadOnlyCollection<string> All => _known;

    public static string Label(string field) => _known.TryGetValue(field, out var listed) ? listed : TelemetryNames.Others.Other;
}
