using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary><c>notify status</c>: one payment, from top to bottom, so that nothing of it is cut or wrapped.</summary>
internal static class StatusCommand
{
    // Shorter ones would fit too many payments to mean one.
    private const int MinPartOfId = 4;
    private const int MaxPagesOfParts = 5;

    public static Command Create(CommandSetup setup)
    {
        var paymentId = new Argument<string?>("PAYMENTID") { Arity = ArgumentArity.ZeroOrOne, Description = "The payment's id, assigned by Alipay+; its beginning or end is enough for a payment that list shows." };
        var requestId = new Option<string?>("--payment-request-id") { Description = "Find it by the acquirer's own id of the payment instead.", HelpName = "ID" };
        var watch = new Option<bool>("--watch") { Description = "Show it again whenever it changes, until the delivery ends." };
        var looking = new Looking();
        var command = new Command("status", "What happened to a payment's notification: every attempt, wait and answer, and what to do.") { paymentId, requestId, watch };
        looking.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            if (looking.IsGiven(session) && !session.Get(watch))
            {
                throw CliFault.Usage("--interval and --count: need --watch");
            }

            var view = (session.Get(paymentId), session.Get(requestId)) switch
            {
                ({ } id, null) => await FindAsync(session, id, stop),
                (null, { } id) => await ByRequestAsync(session, id, stop),
                _ => throw CliFault.Usage("PAYMENTID or --payment-request-id: give one of them"),
            };
            if (!session.Get(watch))
            {
                Show(session, view);
                return ExitCodes.Done;
            }

            var known = view.Text("paymentId")!;
            string? shown = null;
            return await looking.RunAsync(
                session,
                async cancellationToken =>
                {
                    view = await GetAsync(session, known, cancellationToken);
                    if (view.GetRawText() is var now && now != shown)
                    {
                        shown = now;
                        Show(session, view, isWatch: true);
                    }

                    return view.Text("state") != "Open";
                },
                stop);
        });
    }

    private static Task<JsonElement> GetAsync(Session session, string paymentId, CancellationToken stop) => session.Api.GetAsync(ApiCall.To("notifications", paymentId), stop);

    private static async Task<JsonElement> FindAsync(Session session, string paymentId, CancellationToken stop)
    {
        try
        {
            return await GetAsync(session, paymentId, stop);
        }
        catch (CliFault fault) when (fault is { HttpStatus: 404, ExitCode: ExitCodes.NotDone } && paymentId.Length >= MinPartOfId)
        {
            var fitting = await FittingAsync(session, paymentId, stop);
            if (fitting is [var only])
            {
                session.Output.Hint($"{paymentId} is taken to mean {only}.");
                return await GetAsync(session, only, stop);
            }

            throw fitting.Count == 0 ? fault : fault.With(["Payments that begin or end like that:", .. fitting]);
        }
    }

    private static async Task<List<string>> FittingAsync(Session session, string part, CancellationToken stop) => await new DeliveryFilter(null, null, null, null)
        .AllAsync(session.Api, stop)
        .Take(MaxPagesOfParts * ApiClient.MaxPageSize)
        .Select(item => item.Text("paymentId") ?? string.Empty)
        .Where(id => id.StartsWith(part, StringComparison.Ordinal) || id.EndsWith(part, StringComparison.Ordinal))
        .Distinct()
        .ToListAsync(stop);

    private static async Task<JsonElement> ByRequestAsync(Session session, string requestId, CancellationToken stop)
    {
        var payments = await new DeliveryFilter(null, null, null, null) { PaymentRequestId = requestId }
            .AllAsync(session.Api, stop).Select(item => item.Text("paymentId")).OfType<string>().Distinct().ToListAsync(stop);
        return payments switch
        {
            [] => throw CliFault.NotDone("No payment of the last 7 days has this paymentRequestId, unless it succeeded at its first attempt: give the paymentId."),
            [var only] => await GetAsync(session, only, stop),
            // One request id should mean one payment; a person decides which is meant.
            _ => throw CliFault.NotDone([$"{payments.Count} payments have this paymentRequestId; give one of them:", .. payments]),
        };
    }

    private static void Show(Session session, JsonElement view, bool isWatch = false)
    {
        if (session.IsJson)
        {
            if (isWatch)
            {
                session.Output.JsonLine(view);
            }
            else
            {
                session.Output.Json(view);
            }

            return;
        }

        if (isWatch)
        {
            session.Output.Clear();
        }

        new StatusPrinter(session.Output, session.Host.Time.GetUtcNow()).Print(view);
    }
}

internal sealed class StatusPrinter(Output output, DateTimeOffset now)
{
    public void Print(JsonElement view)
    {
        var delivery = view.Object("delivery");
        output.Fields(
        [
            ("Payment", view.Text("paymentId")),
            ("Payment request", view.Text("paymentRequestId")),
            ("State", $"{view.Text("state")}{In(delivery?.Text("cause"))}"),
            ("Accepted", Times.Show(view.Time("acceptedAt"))),
            ("Ended", Times.Show(view.Time("endedAt") ?? delivery?.Time("endedAt"))),
            ("Delivery", $"{view.Text("deliveryId")}, the payment's {Ordinal(view.Number("generation") ?? 1)}"),
            ("Next attempt", delivery is { } open ? Next(open) : null),
            ("Duplicates", view.Number("duplicates") is > 0 ? view.Number("duplicates").Shown() : null),
            ("What to do", view.Text("operatorAction") ?? delivery?.Text("operatorAction")),
        ]);
        if (delivery is { } known)
        {
            Attempts(known);
            foreach (var command in known.Items("commands"))
            {
                output.Line($"{Times.Show(command.Time("at"))} {command.Text("kind") ?? "Command"} by {command.Text("actor") ?? "unknown"}: {command.Text("result")}{After(": ", command.Text("detail"))}{After(": ", command.Text("reason"))}");
            }
        }
        else
        {
            output.Line(view.Text("state") == "Open" ? "It is being started." : "Its attempts were purged; the outcome is above.");
        }

        foreach (var change in view.Items("history"))
        {
            output.Line($"{Times.Show(change.Time("at"))} {change.Text("kind")} by {change.Text("actor") ?? "unknown"}, delivery {change.Text("deliveryId")}{After(": ", change.Text("reason"))}");
        }

        foreach (var earlier in view.Items("earlierDeliveries"))
        {
            output.Line(string.Empty);
            output.Line($"Earlier delivery {earlier.Text("deliveryId")}: {earlier.Text("state")}{In(earlier.Text("cause"))}, ended {Times.Show(earlier.Time("endedAt"))}");
            Attempts(earlier);
        }
    }

    private static string In(string? cause) => cause is null ? string.Empty : $" ({cause})";

    private static string After(string separator, string? text) => string.IsNullOrEmpty(text) ? string.Empty : separator + text;

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

        var when = delivery.Time("nextDueAt") is { } time ? $", due {Times.Show(time)} ({Times.Due(time, now)})" : string.Empty;
        var postponed = delivery.Number("postponements") is > 0 and var times ? $", postponed {times} times so far" : string.Empty;
        return $"{number} of {delivery.Number("maxAttempts")}{when}{After(", postponed: ", delivery.Text("waitsFor"))}{postponed}";
    }

    private void Attempts(JsonElement delivery)
    {
        var attempts = delivery.Items("attempts");
        if (attempts.Count == 0)
        {
            output.Line("No attempt yet.");
        }
        else if (delivery.Number("attemptCount") is { } all && all > attempts.Count)
        {
            output.Line($"The last {attempts.Count} of {all} attempts:");
        }

        foreach (var attempt in attempts)
        {
            var result = attempt.Object("result") ?? default;
            var started = result.Time("startedAt");
            var code = string.Join(' ', new[] { result.Text("resultStatus"), result.Text("resultCode") }.OfType<string>());
            var late = started is { } at && attempt.Time("dueAt") is { } due && at - due >= TimeSpan.FromSeconds(1) ? $", {Times.Show(at - due)} late" : string.Empty;
            output.Line($"{attempt.Number("number"),3}  {Times.Show(started)}  {result.Text("kind")}{After("  ", code)}{After("  HTTP ", result.Number("httpStatus").Shown())}{(result.Span("duration") is { } took ? $"  took {Times.Show(took)}{late}" : string.Empty)}");
            foreach (var more in new[] { result.Text("resultMessage"), result.Text("detail"), result.Text("traceId") is { } trace ? $"Trace-Id {trace}" : null }.OfType<string>())
            {
                output.Line($"     {more}");
            }
        }
    }
}
