using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>One payment's notification for a person.</summary>
internal sealed class NotificationPrinter(Output output, DateTimeOffset now)
{
    private static readonly string[] _attemptColumns = ["#", "Started (UTC)", "Late", "Took", "Kind", "HTTP", "Result", "Message", "Trace-Id", "Detail"];

    public void Print(JsonElement view)
    {
        var delivery = view.Object("delivery");
        output.Fields(
        [
            ("Payment", view.Text("paymentId")),
            ("Payment request", view.Text("paymentRequestId")),
            ("State", State(view, delivery)),
            ("Accepted", Times.Show(view.Time("acceptedAt"))),
            ("Ended", Times.Show(view.Time("endedAt") ?? delivery?.Time("endedAt"))),
            ("Delivery", $"{view.Text("deliveryId")}, the payment's {Ordinal(view.Number("generation") ?? 1)}"),
            ("Next attempt", delivery is { } open ? Next(open) : null),
            ("Duplicates", view.Number("duplicates") is > 0 and var count ? count.ToString(CultureInfo.InvariantCulture) : null),
            ("What to do", view.Text("operatorAction") ?? delivery?.Text("operatorAction")),
        ]);
        if (delivery is { } known)
        {
            Attempts(known);
            Commands(known);
        }
        else
        {
            output.Line(view.Text("state") == "Open" ? "Its start is under way." : "Its attempts were purged; the outcome stands above.");
        }

        History(view);
        foreach (var earlier in view.Items("earlierDeliveries"))
        {
            output.Line(string.Empty);
            output.Line($"Earlier delivery {earlier.Text("deliveryId")}: {earlier.Text("state")}{In(earlier.Text("cause"))}, ended {Times.Show(earlier.Time("endedAt"))}");
            Attempts(earlier);
        }
    }

    private static string State(JsonElement view, JsonElement? delivery) => $"{view.Text("state")}{In(delivery?.Text("cause"))}";

    private static string In(string? cause) => cause is null ? string.Empty : $" ({cause})";

    private static string Ordinal(long number) => number switch
    {
        1 => "first",
        2 => "second",
        3 => "third",
        _ => string.Create(CultureInfo.InvariantCulture, $"{number}th"),
    };

    private string? Next(JsonElement delivery)
    {
        if (delivery.Number("nextAttempt") is not { } number)
        {
            return null;
        }

        var due = delivery.Time("nextDueAt");
        var when = due is { } time ? $", due {Times.Show(time)} ({Times.Due(time, now)})" : string.Empty;
        var waits = delivery.Text("waitsFor") is { } reason ? $", postponed: {reason}" : string.Empty;
        var postponed = delivery.Number("postponements") is > 0 and var times ? $", postponed {times} times so far" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{number} of {delivery.Number("maxAttempts")}{when}{waits}{postponed}");
    }

    private void Attempts(JsonElement delivery)
    {
        var attempts = delivery.Items("attempts");
        if (attempts.Count == 0)
        {
            output.Line("No attempt yet.");
            return;
        }

        if (delivery.Number("attemptCount") is { } all && all > attempts.Count)
        {
            output.Line($"The last {attempts.Count} of {all} attempts:");
        }

        output.Table(_attemptColumns, [.. attempts.Select(Attempt)]);
    }

    private static IReadOnlyList<string?> Attempt(JsonElement attempt)
    {
        var result = attempt.Object("result") ?? default;
        var started = result.Time("startedAt");
        return
        [
            attempt.Number("number")?.ToString(CultureInfo.InvariantCulture),
            Times.Show(started),
            started is { } at && attempt.Time("dueAt") is { } due && at > due ? Times.Show(at - due) : string.Empty,
            result.Span("duration") is { } took ? Times.Show(took) : null,
            result.Text("kind"),
            result.Number("httpStatus")?.ToString(CultureInfo.InvariantCulture),
            string.Join(' ', new[] { result.Text("resultStatus"), result.Text("resultCode") }.OfType<string>()),
            result.Text("resultMessage"),
            result.Text("traceId"),
            result.Text("detail"),
        ];
    }

    private void Commands(JsonElement delivery)
    {
        foreach (var command in delivery.Items("commands"))
        {
            output.Line($"{Times.Show(command.Time("at"))} {command.Text("kind") ?? "Command"} by {command.Text("actor") ?? "unknown"}: {command.Text("result")}{Because(command.Text("detail"))}{Because(command.Text("reason"))}");
        }
    }

    private void History(JsonElement view)
    {
        foreach (var change in view.Items("history"))
        {
            output.Line($"{Times.Show(change.Time("at"))} {change.Text("kind")} by {change.Text("actor") ?? "unknown"}, delivery {change.Text("deliveryId")}{Because(change.Text("reason"))}");
        }
    }

    private static string Because(string? text) => text is null ? string.Empty : $": {text}";
}
