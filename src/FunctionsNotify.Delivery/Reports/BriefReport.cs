using System.Text.Json;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

// The report that fits a custom status: Durable keeps it as UTF-16 and a larger one fails its write late and silently.
internal static class BriefReport
{
    public const int MaxBytes = 8 * 1024;

    public const int MaxAttempts = 5;

    private const int LongText = 200;
    private const int ShortText = 64;

    // The platform's own serializer escapes everything outside ASCII; measured the same way, the limit is never missed.
    private static readonly JsonSerializerOptions _escaping = new(JsonSerializerDefaults.General);

    public static DeliveryReport Of(Delivery delivery)
    {
        var report = DeliveryReport.Of(delivery);
        report = report with
        {
            Attempts = [.. report.Attempts.TakeLast(MaxAttempts).Select(Shorten)],
            Commands = [.. report.Commands.TakeLast(MaxAttempts).Select(Shorten)],
        };
        while (Size(report) > MaxBytes && (report.Attempts.Length > 1 || report.Commands.Length > 1))
        {
            report = report.Commands.Length >= report.Attempts.Length
                ? report with { Commands = report.Commands.RemoveAt(0) }
                : report with { Attempts = report.Attempts.RemoveAt(0) };
        }

        return report;
    }

    internal static int Size(DeliveryReport report) => sizeof(char) * JsonSerializer.Serialize(report, _escaping).Length;

    private static DeliveryAttempt Shorten(DeliveryAttempt attempt) => attempt with
    {
        Result = attempt.Result with
        {
            ResultStatus = ForeignText.Cut(attempt.Result.ResultStatus, ShortText),
            ResultCode = ForeignText.Cut(attempt.Result.ResultCode, ShortText),
            ResultMessage = ForeignText.Cut(attempt.Result.ResultMessage, ShortText),
            TraceId = ForeignText.Cut(attempt.Result.TraceId, ShortText),
            Detail = ForeignText.Cut(attempt.Result.Detail, LongText),
        },
    };

    private static CommandVerdict Shorten(CommandVerdict verdict) => verdict with
    {
        Detail = ForeignText.Cut(verdict.Detail, ShortText),
        Actor = ForeignText.Cut(verdict.Actor, ShortText),
        Reason = ForeignText.Cut(verdict.Reason, ShortText),
    };
}
