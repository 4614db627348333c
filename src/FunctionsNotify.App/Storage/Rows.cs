using System.Globalization;
using System.Net;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace FunctionsNotify.App;

// The table of claims, index and audit log, by two clients: one whose calls give up soon, for single rows, and one that
// waits for the service's slowest page, for queries.
internal sealed record NotifyTable(TableClient Rows, TableClient Queries);

// Reads a row's properties; a row that was not written by this version says so by name, never by value.
internal static class RowProperties
{
    public const string PartitionKey = nameof(TableEntity.PartitionKey);
    public const string RowKey = nameof(TableEntity.RowKey);

    public const string SchemaVersion = "SchemaVersion";

    public const string State = "State";

    public static string Text(this TableEntity row, string property) => row.GetString(property) ?? throw Unreadable(row, property);

    public static int Number(this TableEntity row, string property) => row.GetInt32(property) ?? throw Unreadable(row, property);

    public static long LongNumber(this TableEntity row, string property) => row.GetInt64(property) ?? throw Unreadable(row, property);

    public static DeliveryState DeliveryState(this TableEntity row) =>
        Enum.TryParse<DeliveryState>(row.Text(State), out var state) ? state : throw Unreadable(row, State);

    // A time that the row must have. It is kept as text: a table's own times differ in range and precision between
    // service and emulator.
    public static DateTimeOffset Time(this TableEntity row, string property) => row.TimeOrNull(property) ?? throw Unreadable(row, property);

    public static DateTimeOffset? TimeOrNull(this TableEntity row, string property) =>
        row.GetString(property) is not { } text
            ? null
            : DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : throw Unreadable(row, property);

    public static string? Format(DateTimeOffset? time) => time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    // What can be read, and why the rest cannot: one row of another version must not hide the others.
    public static (List<T> Found, List<string> Unreadable) ReadEach<T>(IReadOnlyList<TableEntity> rows, Func<TableEntity, T> read)
    {
        var found = new List<T>(rows.Count);
        var unreadable = new List<string>();
        foreach (var row in rows)
        {
            try
            {
                found.Add(read(row));
            }
            catch (InvalidOperationException fault)
            {
                unreadable.Add(fault.Message);
            }
        }

        return (found, unreadable);
    }

    public static InvalidOperationException Unreadable(TableEntity row, string property) =>
        new($"Row {row.PartitionKey} / {row.RowKey}: property {property} is missing or not of its form; was the row written by another version?");
}

// Writes under an ETag, again while others write the same row, a bounded number of times.
internal static class Contention
{
    public static async Task<bool> TryAsync(int tries, Func<Task> step, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await step().ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException exception) when (IsLostRace(exception))
            {
                if (attempt == tries)
                {
                    return false;
                }

                // Spread, so that the same writers do not meet again in step.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 * attempt)), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public static bool IsLostRace(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed || IsExisting(exception) || IsGone(exception);

    public static bool IsExisting(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.Conflict && exception.ErrorCode == TableErrorCode.EntityAlreadyExists;

    // The row, not the table: a missing table is a fault.
    private static bool IsGone(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.NotFound && exception.ErrorCode == TableErrorCode.ResourceNotFound;
}

// Where a page goes on among rows that lie in one partition per day, each key the inverted ticks and an id: behind this
// key of this day, the days from the last to the first.
internal sealed record DayPosition(DateOnly Day, string After)
{
    private const string DayFormat = "yyyyMMdd";
    private const int MaxKeyLength = 200;

    // What every key of a time starts with; a smaller text is a later time.
    public static string InvertedTicks(DateTimeOffset at) => (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    // "~" comes after what follows the ticks in a key: the rows of that very tick lie before it.
    public static string KeyAfter(DateTimeOffset at) => InvertedTicks(at) + "~";

    public static DayPosition Before(DateTimeOffset to) => new(DateOnly.FromDateTime(to.AddTicks(-1).UtcDateTime), KeyAfter(to));

    public static DayPosition Read(string continuation, DateTimeOffset to)
    {
        if (continuation.Length is >= 9 and <= MaxKeyLength
            && continuation[8] == '/'
            && DateOnly.TryParseExact(continuation.AsSpan(0, 8), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day <= Before(to).Day
            && !continuation.AsSpan(9).ContainsAnyExceptInRange(' ', '~'))
        {
            return new DayPosition(day, continuation[9..]);
        }

        throw new ArgumentException("The continuation is none that a page of this filter gave.", nameof(continuation));
    }

    public DayPosition NextDay() => new(Day.AddDays(-1), string.Empty);

    public override string ToString() => $"{Day.ToString(DayFormat, CultureInfo.InvariantCulture)}/{After}";
}
