using System.CommandLine;
using System.Text;

namespace FunctionsNotify.Cli;

/// <summary><c>notify body</c>: what was sent, as a correction begins with it.</summary>
internal static class BodyCommand
{
    public static Command Create(CommandSetup setup)
    {
        var paymentId = new Argument<string>("PAYMENTID") { Description = "The payment's id." };
        var save = new Option<string?>("--save") { Description = "Write it to this new file, byte for byte: correct it, then redeliver --body FILE.", HelpName = "FILE" };
        var statement = new StatementOptions();
        var command = new Command("body", "The notification that is or was sent for a payment; the audit log says who read it.") { paymentId, save };
        statement.AddTo(command);
        return setup.Runs(command, async (session, stop) =>
        {
            var answer = await session.Api.PostAsync(ApiCall.To("notifications", session.Get(paymentId)!, "body"), statement.Read(session), idempotencyKey: null, stop);
            var body = answer.Text("body") ?? throw CliFault.NotDone("The host returned no body.");
            if (session.Get(save) is { } file)
            {
                GivenFile.WriteNew("--save", file, Encoding.UTF8.GetBytes(body));
            }

            if (session.IsJson)
            {
                session.Output.Json(answer);
            }
            else if (session.Get(save) is null)
            {
                session.Output.Block(body);
            }

            return ExitCodes.Done;
        });
    }
}
