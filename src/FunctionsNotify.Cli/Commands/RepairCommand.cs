using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary><c>notify repair</c>: gives a broken delivery a new start.</summary>
internal static class RepairCommand
{
    public static Command Create(CommandSetup cli)
    {
        var paymentId = new Argument<string>("PAYMENTID") { Description = "The payment's id." };
        var statement = new StatementOptions();
        var command = new Command("repair", "Start a broken delivery again: its orchestration failed or was terminated before it ended.") { paymentId };
        statement.AddTo(command);
        return cli.Runs(command, async (session, stop) =>
        {
            var body = statement.Read(session);
            var answer = await session.Api.PostAsync(ApiCall.To("notifications", session.Get(paymentId)!, "repair"), body.Write(), idempotencyKey: null, stop).ConfigureAwait(false);
            if (session.IsJson)
            {
                session.Output.Json(answer);
            }

            session.Output.Line($"Delivery {answer.Text("deliveryId")} works on it now.");
            return ExitCodes.Done;
        });
    }
}
