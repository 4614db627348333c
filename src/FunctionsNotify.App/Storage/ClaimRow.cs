using System.Collections.Immutable;
using System.Text.Json;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

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

    private const int Version = 1;
    private const string History = "History";
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
