using System.Globalization;
using Azure.Data.Tables;

namespace FunctionsNotify.App;

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

    public static InvalidOperationException Unreadable(TableEntity row, string property) =>
        new($"Row {row.PartitionKey} / {row.RowKey}: property {property} is missing or not of its form; was the row written by another version?");
}
