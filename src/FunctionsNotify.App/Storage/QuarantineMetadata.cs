using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.App;

// What a list knows of a record without reading it. The record decides; this only spares reading others.
internal static class QuarantineMetadata
{
    private const string State = "state";
    private const string Status = "status";
    private const string Payment = "payment";

    public static Dictionary<string, string> Of(QuarantineRecord record)
    {
        var metadata = new Dictionary<string, string>
        {
            [State] = record.State.ToString(),
            [Status] = record.Status.ToString(),
        };
        if (record.PaymentId is { } paymentId)
        {
            metadata[Payment] = Hash(paymentId);
        }

        return metadata;
    }

    public static bool MayMatch(IDictionary<string, string>? metadata, QuarantineFilter filter) =>
        metadata is null
        || !metadata.ContainsKey(State)
        || ((filter.State is null || Is(metadata, State, filter.State.Value.ToString()))
            && (filter.Status is null || Is(metadata, Status, filter.Status.Value.ToString()))
            && (filter.PaymentId is null || Is(metadata, Payment, Hash(filter.PaymentId))));

    public static MessageState? WaitingStateOf(IDictionary<string, string>? metadata) =>
        metadata is not null
        && metadata.TryGetValue(State, out var state) && Enum.TryParse<MessageState>(state, out var known)
        && metadata.TryGetValue(Status, out var status) && Enum.TryParse<QuarantineStatus>(status, out var reached)
            // A requeue that was left midway waits for a person too.
            ? reached is QuarantineStatus.Waiting or QuarantineStatus.Requeuing ? known : null
            : MessageState.Invalid;

    private static bool Is(IDictionary<string, string> metadata, string name, string value) =>
        metadata.TryGetValue(name, out var found) && found == value;

    // Metadata is ASCII in an HTTP header; a paymentId may be anything.
    private static string Hash(string paymentId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paymentId)));
}
