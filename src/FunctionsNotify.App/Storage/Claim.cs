using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

// The one row per payment that decides which body is delivered, and by which delivery.
internal sealed record Claim
{
    public required string PaymentId { get; init; }

    public string? PaymentRequestId { get; init; }

    public required string DeliveryId { get; init; }

    public int Generation { get; init; } = 1;

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required ImmutableArray<string> BodyHashes { get; init; }

    public required string FirstMessageId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    // Of a candidate: when its message was put on the queue, UTC, where that is known. Like the trace it goes to the
    // delivery that the candidate starts and is not kept with the claim.
    public DateTimeOffset? EnqueuedAt { get; init; }

    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    public DeliveryState State { get; init; } = DeliveryState.Open;

    public DateTimeOffset? EndedAt { get; init; }

    public int Duplicates { get; init; }

    public ImmutableArray<ClaimChange> History { get; init => field = value.IsDefault ? [] : value; } = [];

    public int EarlierChanges => Math.Max(0, Generation - 1 - History.Length);

    // What the claim's delivery is started with: the same whoever starts it, intake, repair or the sweeper.
    public DeliveryInput ToInput(DeliveryPolicy policy) => new()
    {
        DeliveryId = DeliveryId,
        PaymentId = PaymentId,
        PaymentRequestId = PaymentRequestId,
        Body = Body,
        AcceptedAt = AcceptedAt,
        Policy = policy,
        EnqueuedAt = EnqueuedAt,
        TraceParent = TraceParent,
        TraceState = TraceState,
        Supersedes = Generation > 1 ? DeliveryIds.ForDelivery(PaymentId, Generation - 1) : null,
    };
}

// One replacement of a payment's delivery by a new one, kept in the claim and written together with it.
internal sealed record ClaimChange
{
    // The change's id; that of its entry in the audit log. It tells whose replacement stands when two writers meant the
    // same delivery id.
    public required string Id { get; init; }

    public required ClaimChangeKind Kind { get; init; }

    public required string DeliveryId { get; init; }

    public required int Generation { get; init; }

    public required DateTimeOffset At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Actor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdempotencyKey { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyHash { get; init; }

    // How the delivery before it had ended; none where it was open, as at every repair.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RecordedEnd? Ended { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<ClaimChangeKind>))]
public enum ClaimChangeKind
{
    Redelivery,

    Correction,

    Repair,
}

// A claim's changes as they are kept: bounded, so that a row always has room for them.
internal static class ClaimHistory
{
    public const int MaxChanges = 20;

    public const int MaxLength = 16 * 1024;

    public static ImmutableArray<ClaimChange> Add(ImmutableArray<ClaimChange> history, ClaimChange change)
    {
        var all = history.Add(change);
        var kept = all.Length > MaxChanges ? all[^MaxChanges..] : all;
        while (kept.Length > 1 && Write(kept).Length > MaxLength)
        {
            kept = kept.RemoveAt(0);
        }

        return kept;
    }

    public static string Write(ImmutableArray<ClaimChange> history) => JsonSerializer.Serialize(history, DeliveryJson.Options);

    public static ImmutableArray<ClaimChange> Read(string? json) =>
        string.IsNullOrEmpty(json) ? [] : JsonSerializer.Deserialize<ImmutableArray<ClaimChange>>(json, DeliveryJson.Options);
}

internal sealed record EndedClaim(string PaymentId, string DeliveryId, int Generation, DateTimeOffset AcceptedAt, DateTimeOffset EndedAt);

internal sealed record EndedClaimPage(IReadOnlyList<EndedClaim> Claims, IReadOnlyList<string> Unreadable, string? Continuation);

// A claim as a row. Partition and row key are the payment's key, so that payments spread over the partitions.
internal static class ClaimRow
{
    public const string DeliveryId = "DeliveryId";
    public const string EndedAt = "EndedAt";
    public const string AcceptedAt = "AcceptedAt";
    public const string Generation = "Generation";
    public const string PaymentId = "PaymentId";
    public const string Duplicates = "Duplicates";

    public const string InsertId = "InsertId";
    public const string History = "History";

    private const int Version = 1;
    private const string PaymentRequestId = "PaymentRequestId";
    private const string BodyHashes = "BodyHashes";
    private const string FirstMessageId = "FirstMessageId";

    // A property holds 64 KiB at most, and the live service has refused exactly that; two hold the largest body.
    private const int BodyPartBytes = 48 * 1024;

    private static readonly string[] BodyParts = ["Body", "Body2"];

    public static TableEntity Of(Claim claim, string insertId)
    {
        if (claim.Body.Length > BodyParts.Length * BodyPartBytes)
        {
            throw new ArgumentException($"A claim's body must have at most {BodyParts.Length * BodyPartBytes} bytes (found {claim.Body.Length}).", nameof(claim));
        }

        var key = DeliveryIds.ForPayment(claim.PaymentId);
        var row = new TableEntity(key, key)
        {
            [RowProperties.SchemaVersion] = Version,
            [InsertId] = insertId,
            [PaymentId] = claim.PaymentId,
            [PaymentRequestId] = claim.PaymentRequestId,
            [DeliveryId] = claim.DeliveryId,
            [Generation] = claim.Generation,
            [BodyHashes] = string.Join(' ', claim.BodyHashes),
            [FirstMessageId] = claim.FirstMessageId,
            [AcceptedAt] = RowProperties.Format(claim.AcceptedAt),
            [RowProperties.State] = claim.State.ToString(),
            [EndedAt] = RowProperties.Format(claim.EndedAt),
            [Duplicates] = claim.Duplicates,
        };
        if (!claim.History.IsEmpty)
        {
            row[History] = ClaimHistory.Write(claim.History);
        }

        for (var part = 0; part * BodyPartBytes < claim.Body.Length; part++)
        {
            row[BodyParts[part]] = claim.Body.Slice(part * BodyPartBytes, Math.Min(BodyPartBytes, claim.Body.Length - (part * BodyPartBytes))).ToArray();
        }

        return row;
    }

    public static Claim Read(TableEntity row) => new()
    {
        PaymentId = row.Text(PaymentId),
        PaymentRequestId = row.GetString(PaymentRequestId),
        DeliveryId = row.Text(DeliveryId),
        Generation = row.Number(Generation),
        Body = ReadBody(row),
        BodyHashes = [.. row.Text(BodyHashes).Split(' ')],
        FirstMessageId = row.Text(FirstMessageId),
        AcceptedAt = row.Time(AcceptedAt),
        State = row.DeliveryState(),
        EndedAt = row.TimeOrNull(EndedAt),
        Duplicates = row.Number(Duplicates),
        History = ReadHistory(row),
    };

    // How the record says that a delivery ended, the claim's own or one that another took the place of; null while it is open.
    public static RecordedEnd? EndOf(TableEntity row, string deliveryId)
    {
        if (row.Text(DeliveryId) == deliveryId)
        {
            return row.DeliveryState() == DeliveryState.Open ? null : new RecordedEnd(row.DeliveryState(), row.Time(EndedAt));
        }

        var next = DeliveryIds.GenerationOf(deliveryId) + 1;
        return ReadHistory(row).FirstOrDefault(change => change.Generation == next) is { } change
            ? change.Ended ?? new RecordedEnd(DeliveryState.Cancelled, change.At) { IsReplaced = true }
            : null;
    }

    // A row without it is of a payment with one delivery, or was written before there were histories.
    private static ImmutableArray<ClaimChange> ReadHistory(TableEntity row)
    {
        try
        {
            return ClaimHistory.Read(row.GetString(History));
        }
        catch (JsonException)
        {
            throw RowProperties.Unreadable(row, History);
        }
    }

    private static byte[] ReadBody(TableEntity row)
    {
        var first = row.GetBinary(BodyParts[0]) ?? throw RowProperties.Unreadable(row, BodyParts[0]);
        return row.GetBinary(BodyParts[1]) is { } second ? [.. first, .. second] : first;
    }
}
