using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Which deliveries are meant, in a query or a bulk call.
internal record DeliveryFilter
{
    private const int MaxCodeLength = 256;

    public string? State { get; init; }

    public string? ResultCode { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    // Prefix stands before the fields' names.
    internal DeliveryListFilter Read(string prefix, DateTimeOffset now, FieldErrors errors)
    {
        var (from, to) = FieldRules.Range($"{prefix}from", FieldRules.Time($"{prefix}from", From, errors), FieldRules.Time($"{prefix}to", To, errors), now, errors);
        return new DeliveryListFilter(
            FieldRules.Names<DeliveryState>($"{prefix}state", State, errors), FieldRules.Short($"{prefix}resultCode", ResultCode, MaxCodeLength, errors), from, to)
        {
            PaymentRequestId = FieldRules.Short($"{prefix}paymentRequestId", RequestId, MaxCodeLength, errors),
        };
    }

    internal virtual string? RequestId => null;
}

internal sealed record DeliveryListQuery : DeliveryFilter
{
    public string? PaymentRequestId { get; init; }

    public string? PageSize { get; init; }

    public string? ContinuationToken { get; init; }

    internal override string? RequestId => PaymentRequestId;
}

// Pages of the deliveries that did not succeed at their first attempt, newest first.
internal sealed class DeliveryList(DeliveryListing listing, TimeProvider time, ILogger<DeliveryList> logger)
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    public async Task<object?> ReadAsync(DeliveryListQuery query, FieldErrors errors, CancellationToken cancellationToken)
    {
        var filter = query.Read(string.Empty, time.GetUtcNow(), errors);
        var pageSize = FieldRules.Number("pageSize", query.PageSize, MaxPage, DefaultPage, errors);
        string? continuation = null;
        if (FieldRules.Token("continuationToken", query.ContinuationToken, errors) is { } token)
        {
            if (GoOn(token, query, filter) is var (place, range))
            {
                (continuation, filter) = (place, range);
            }
            else
            {
                errors.Add("continuationToken", $"{FieldRules.TokenRule}, with the same filters");
            }
        }

        if (errors.Any)
        {
            return null;
        }

        var page = await listing.ListAsync(filter, pageSize, continuation, cancellationToken);
        foreach (var fault in page.Unreadable)
        {
            Logs.RowUnreadable(logger, fault);
        }

        return new
        {
            Items = page.Rows.Select(row => new
            {
                row.DeliveryId,
                row.PaymentId,
                row.PaymentRequestId,
                row.AcceptedAt,
                row.State,
                row.AttemptCount,
                row.NextDueAt,
                row.LastKind,
                row.LastResultCode,
                row.StartingSince,
            }),
            ContinuationToken = page.Continuation is { } next
                ? FieldRules.Token(JsonSerializer.Serialize<string[]>([Fingerprint(filter), Ticks(filter.From), Ticks(filter.To), next]))
                : null,
        };
    }

    // A token holds the range, so that a default one does not move between pages, and a hash of the filters, so that a
    // token of other filters is noticed. Null when it is none of this list.
    private static (string Place, DeliveryListFilter Filter)? GoOn(string token, DeliveryListQuery query, DeliveryListFilter filter)
    {
        try
        {
            if (JsonSerializer.Deserialize<string[]>(token) is [{ } fingerprint, { } fromTicks, { } toTicks, { } place]
                && fingerprint == Fingerprint(filter)
                && Time(fromTicks) is { } from && (query.From is null || from == filter.From)
                && Time(toTicks) is { } to && (query.To is null || to == filter.To)
                && from < to && to - from <= FieldRules.LongestSpan + FieldRules.Ahead)
            {
                return (place, filter with { From = from, To = to });
            }
        }
        catch (JsonException)
        {
            // None.
        }

        return null;
    }

    private static string Ticks(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(string ticks) =>
        long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(number, TimeSpan.Zero)
            : null;

    private static string Fingerprint(DeliveryListFilter filter) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize<string?[]>([string.Join(',', filter.States), filter.ResultCode, filter.PaymentRequestId]))).AsSpan(0, 8));
}
