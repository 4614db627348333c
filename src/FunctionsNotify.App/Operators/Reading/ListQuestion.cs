using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal sealed record ListQuestion(DeliveryListFilter Filter, int PageSize, string? Continuation)
{
    public const string ContinuationToken = "continuationToken";

    private const int DefaultPage = 50;
    private const int MaxPage = 200;
    private const int MaxCodeLength = 256;

    private static readonly TimeSpan _defaultSpan = TimeSpan.FromDays(7);
    private static readonly TimeSpan _longestSpan = TimeSpan.FromDays(400);

    // Where nobody names an end: rows of a clock that is a little ahead belong to the list too.
    private static readonly TimeSpan _ahead = TimeSpan.FromMinutes(1);

    // The platform accepts a function's key as this parameter.
    private static readonly string[] _parameters = ["state", "resultCode", "paymentRequestId", "from", "to", "pageSize", ContinuationToken, "code"];

    public static ListQuestion? Read(HttpRequest request, DateTimeOffset now, out FieldErrors errors)
    {
        var query = new QueryReader(request, _parameters);
        errors = query.Errors;
        var asked = (From: query.Time("from"), To: query.Time("to"));
        var to = asked.To ?? now + _ahead;
        var from = asked.From ?? (to - DateTimeOffset.MinValue > _defaultSpan ? to - _defaultSpan : DateTimeOffset.MinValue);
        if (from >= to || (asked.To ?? now) - from > _longestSpan)
        {
            errors.Add("from", $"must be before to, by at most {_longestSpan.TotalDays:0} days");
        }

        var filter = new DeliveryListFilter(States(query), Text(query, "resultCode", MaxCodeLength), from, to) { PaymentRequestId = Text(query, "paymentRequestId", MaxCodeLength) };
        var pageSize = query.Number("pageSize", 1, MaxPage) ?? DefaultPage;
        var question = new ListQuestion(filter, pageSize, null);
        if (query.Continuation(ContinuationToken) is { } token)
        {
            question = question.From(token, asked.From, asked.To) ?? question;
            if (question.Continuation is null)
            {
                errors.Add(ContinuationToken, "must be what the page before gave, and the filters those of that page");
            }
        }

        return errors.Any ? null : question;
    }

    // The token of the next page. It holds the range, so that a default one does not move between pages, and a hash of
    // the filters, so that a token of other filters is noticed.
    public string? TokenOf(string? continuation) => continuation is null
        ? null
        : QueryReader.Token(JsonSerializer.Serialize<string[]>([Fingerprint(), Number(Filter.From), Number(Filter.To), continuation]));

    private static string Number(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);

    // Null when the token is none of this list.
    private ListQuestion? From(string token, DateTimeOffset? from, DateTimeOffset? to)
    {
        try
        {
            if (JsonSerializer.Deserialize<string[]>(token) is [{ } fingerprint, { } fromTicks, { } toTicks, { } continuation]
                && fingerprint == Fingerprint()
                && Time(fromTicks) is { } first && first == (from ?? first)
                && Time(toTicks) is { } last && last == (to ?? last)
                && first < last && last - first <= _longestSpan + _ahead)
            {
                return this with { Filter = Filter with { From = first, To = last }, Continuation = continuation };
            }
        }
        catch (JsonException)
        {
            // None.
        }

        return null;
    }

    private static DateTimeOffset? Time(string ticks) =>
        long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(number, TimeSpan.Zero)
            : null;

    private string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<string?[]>(
        [string.Join(',', Filter.States.Order()), Filter.ResultCode, Filter.PaymentRequestId]))).AsSpan(0, 8));

    private static string? Text(QueryReader query, string name, int maxLength)
    {
        var text = query.Text(name);
        if (text is null || (text.Length <= maxLength && !text.Any(char.IsControl)))
        {
            return text;
        }

        query.Errors.Add(name, $"must have at most {maxLength} characters, no control characters");
        return null;
    }

    private static DeliveryState[] States(QueryReader query)
    {
        if (query.Text("state") is not { } text)
        {
            return [];
        }

        var found = new SortedSet<DeliveryState>();
        foreach (var name in text.Split(','))
        {
            // By name only: Enum.TryParse alone would take numbers.
            if (Array.Find(Enum.GetNames<DeliveryState>(), known => known.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } known)
            {
                query.Errors.Add("state", $"must be one or more of {string.Join(", ", Enum.GetNames<DeliveryState>())}, comma-separated");
                return [];
            }

            found.Add(Enum.Parse<DeliveryState>(known));
        }

        return [.. found];
    }
}
