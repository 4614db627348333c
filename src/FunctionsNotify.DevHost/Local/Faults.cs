using Azure;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.DevHost;

/// <summary>Faults as one short line: Azure's messages hold whole HTTP answers.</summary>
internal static class Faults
{
    private const int MaxLength = 200;

    public static string Brief(Exception exception)
    {
        var inner = exception is AggregateException { InnerExceptions: [var first, ..] } ? first : exception;
        var text = inner switch
        {
            RequestFailedException { Status: > 0 } failed => $"storage answered {failed.Status} {failed.ErrorCode}",
            SqliteException sqlite => sqlite.Message,
            _ => inner.Message.Split('\n')[0].TrimEnd(),
        };
        return text.Length <= MaxLength ? text : text[..MaxLength] + "…";
    }
}
