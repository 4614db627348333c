using System.Globalization;
using System.Text;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;

namespace FunctionsNotify.LocalHost;

/// <summary>Quarantine records as plain text. Foreign text cannot steer the terminal.</summary>
internal sealed class QuarantinePrinter(TextWriter output)
{
    public void Page(QuarantinePage page)
    {
        foreach (var record in page.Records)
        {
            output.WriteLine(record.QuarantineId);
            output.WriteLine($"  {record.State}, {record.Status}; payment {Clean(record.PaymentId ?? "unknown")}; put on the queue {Time(record.InsertedAt)}");
            if (!record.Reasons.IsEmpty)
            {
                output.WriteLine($"  {Clean(record.Reasons[0].ToString())}{(record.Reasons.Length > 1 ? $" and {record.Reasons.Length - 1} more" : string.Empty)}");
            }
        }

        foreach (var name in page.Unreadable)
        {
            output.WriteLine($"{Clean(name)}{Environment.NewLine}  cannot be read");
        }

        output.WriteLine(page.Records.Count == 1 ? "1 record." : $"{page.Records.Count} records.");
        if (page.Continuation is { } continuation)
        {
            output.WriteLine($"There may be more: --continue {continuation}");
        }
    }

    public void Record(QuarantineView view)
    {
        Line("Record", view.QuarantineId);
        Line("State", view.State.ToString());
        Line("Status", view.Status.ToString());
        Line("Payment", view.PaymentId ?? "unknown");
        Line("Message", $"{view.MessageId}, {view.Size} bytes{(view.FromPoisonQueue ? ", a copy from the poison queue: id and time are the copy's" : string.Empty)}");
        Line("On the queue", Time(view.InsertedAt));
        Line("Quarantined", Time(view.QuarantinedAt));
        if (view.ClaimedAt is { } claimedAt)
        {
            Line("Stands since", $"{Time(claimedAt)}: the content that was accepted for this payment, which stays");
        }

        output.WriteLine("Reasons:");
        foreach (var reason in view.Reasons)
        {
            output.WriteLine($"  - {Clean(reason.ToString())}");
        }

        foreach (var entry in view.History)
        {
            History(entry);
        }
    }

    public void Body(QuarantineView view)
    {
        var text = view.BodyText();
        output.WriteLine(text is null ? "Body (base64, it is no UTF-8):" : "Body:");
        output.WriteLine(text is null ? Convert.ToBase64String((view.Body ?? default).Span) : Clean(text, keepLines: true));
    }

    /// <summary>One sentence about what became of a record.</summary>
    public static string Standing(QuarantineRecord record) => record.History is [.., var last]
        ? $"is {record.Status} by {Clean(last.Actor)} since {Time(last.At)}: {Clean(last.Reason)}"
        : $"is {record.Status}";

    /// <summary>The text with control and invisible characters as escapes.</summary>
    public static string Clean(string text, bool keepLines = false)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            if (isShown || (keepLines && rune.Value is '\n' or '\t'))
            {
                clean.Append(rune);
            }
            else
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            }
        }

        return clean.ToString();
    }

    private void History(QuarantineEntry entry)
    {
        output.WriteLine($"{entry.Status} {Time(entry.At)} by {Clean(entry.Actor)}: {Clean(entry.Reason)}");
        if (entry.MessageId is { } messageId)
        {
            output.WriteLine($"  as message {messageId}");
        }

        foreach (var objection in entry.Overrode ?? [])
        {
            output.WriteLine($"  by force, although {Clean(objection)}");
        }
    }

    private void Line(string label, string value) => output.WriteLine($"{label + ":",-14}{Clean(value)}");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
