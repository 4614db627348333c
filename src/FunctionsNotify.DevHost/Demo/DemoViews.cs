using Spectre.Console;

namespace FunctionsNotify.DevHost;

/// <summary>Shows the samples on a terminal: one table that changes in place.</summary>
internal static class DemoTable
{
    public static Table Of(IReadOnlyList<DemoRow> rows, DateTimeOffset now)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Sample", "Payment", "State", "Attempts", "Last answer", "Next try");
        foreach (var row in rows)
        {
            var colour = row.IsAsExpected switch { true => "green", false => "red", null => "yellow" };
            table.AddRow(
                new Markup(Markup.Escape(row.Sample.Title)),
                new Markup(Markup.Escape(row.Sample.PaymentId)),
                new Markup($"[{colour}]{Markup.Escape(row.State)}[/]"),
                new Markup(row.Attempts == 0 ? string.Empty : $"{row.Attempts}"),
                new Markup(Markup.Escape(row.LastAnswer)),
                new Markup(row.NextTryIn(now)));
        }

        return table;
    }
}

/// <summary>Shows the samples where there is no terminal: one line for each change.</summary>
internal sealed class DemoLines(TextWriter output)
{
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);

    public void Show(IReadOnlyList<DemoRow> rows, DateTimeOffset now)
    {
        foreach (var row in rows)
        {
            var fact = $"{row.State}|{row.Attempts}|{row.IsAsExpected}";
            if (row.MessageId is null || (_told.TryGetValue(row.Sample.Name, out var told) && told == fact))
            {
                continue;
            }

            _told[row.Sample.Name] = fact;
            var attempts = row.Attempts == 0 ? string.Empty : $", {row.Attempts} {(row.Attempts == 1 ? "attempt" : "attempts")}";
            var answer = row.LastAnswer.Length == 0 ? string.Empty : $", last {row.LastAnswer}";
            var next = row.NextTry is null ? string.Empty : $", next {row.NextTryIn(now)}";
            var verdict = row.IsAsExpected switch { true => " - as expected", false => $" - NOT as expected: {row.Sample.Expected}", null => string.Empty };
            output.WriteLine($"{now:HH:mm:ss.f} {row.Sample.Name} ({row.Sample.PaymentId}): {row.State}{attempts}{answer}{next}{verdict}");
        }
    }
}
