using System.Globalization;
using Azure.Data.Tables;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>Reads a row's properties; a row that was not written by this version says so by name, never by value.</summary>
internal static class RowProperties
{
    public const string PartitionKey = nameof(TableEntity.PartitionKey);
    public const string RowKey = nameof(TableEntity.RowKey);

    /// <summary>The property every row has: the version of its shape.</summary>
    public const string SchemaVersion = "SchemaVersion";

    /// <summary>The property that claim and index row share: the state's name.</summary>
    public const string State = "State";

    /// <summary>A text that the row must have.</summary>
    public static string Text(this TableEntity row, string property) => row.GetString(property) ?? throw Unreadable(row, property);

    /// <summary>A number that the row must have.</summary>
    public static int Number(this TableEntity row, string property) => row.GetInt32(property) ?? throw Unreadable(row, property);

    /// <summary>A long number that the row must have.</summary>
    public static long LongNumber(this TableEntity row, string property) => row.GetInt64(property) ?? throw Unreadable(row, property);

    /// <summary>The state that the row must have.</summary>
    public static DeliveryState DeliveryState(this TableEntity row) =>
        Enum.TryParse<DeliveryState>(row.Text(State), out var state) ? state : throw Unreadable(row, State);

    /// <summary>A time that the row must have. It is kept as text: a table's own times differ in range and precision between service and emulator.</summary>
    public static DateTimeOffset Time(this TableEntity row, string property) => row.TimeOrNull(property) ?? throw Unreadable(row, property);

    /// <summary>A time that the row may have.</summary>
    public static DateTimeOffset? TimeOrNull(this TableEntity row, string property) =>
        row.GetString(property) is not { } text
            ? null
            : DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : throw Unreadable(row, property);

    /// <summary>A time as it is kept.</summary>
    public static string? Format(DateTimeOffset? time) => time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The fault of a row that cannot be read.</summary>
    public static InvalidOperationException Unreadable(TableEntity row, string property) =>
        new($"Row {row.PartitionKey} / {row.RowKey}: property {property} is missing or not of its form; was the row written by another version?");
}
