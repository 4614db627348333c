using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary><c>notify status</c>: what happened to a payment's notification.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandSetup cli)
    {
        var paymentId = new Argument<string?>("PAYMENTID") { Arity = ArgumentArity.ZeroOrOne, Description = "The payment's id, assigned by Alipay+." };
        var requestId = new Option<string?>("--payment-request-id") { Description = "Find it by the acquirer's own id of the payment instead.", HelpName = "ID" };
        var command = new Command("status", "What happened to a payment's notification: every attempt, wait and answer, and what to do.") { paymentId, requestId };
        return cli.Runs(command, async (session, stop) => (session.Get(paymentId), session.Get(requestId)) switch
        {
            ({ } id, null) => await ByPaymentAsync(session, id, stop).ConfigureAwait(false),
            (null, { } id) => await ByRequestAsync(session, id, stop).ConfigureAwait(false),
            _ => throw CliFault.Usage("PAYMENTID or --payment-request-id: give one of them"),
        });
    }

    private static async Task<int> ByPaymentAsync(Session session, string paymentId, CancellationToken stop)
    {
        // Through GetAsync a 404 says what the host says of it.
        var view = await session.Api.GetAsync(ApiCall.To("notifications", paymentId), stop).ConfigureAwait(false);
        if (session.IsJson)
        {
            session.Output.Json(view);
        }
        else
        {
            new NotificationPrinter(session.Output, session.Host.Time.GetUtcNow()).Print(view);
        }

        return ExitCodes.Done;
    }

    private static async Task<int> ByRequestAsync(Session session, string requestId, CancellationToken stop)
    {
        var page = await session.Api.GetAsync(ApiCall.To("notifications").With("paymentRequestId", requestId), stop).ConfigureAwait(false);
        var payments = page.Items("items").Select(item => item.Text("paymentId")).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        switch (payments)
        {
            case []:
                throw CliFault.NotDone("No payment is known by this paymentRequestId. A host on Azure finds only those that did not succeed at their first attempt: ask for the paymentId.");
            case [var only]:
                return await ByPaymentAsync(session, only, stop).ConfigureAwait(false);
            default:
                // One request id should mean one payment; a person decides which is meant.
                throw CliFault.NotDone([$"{payments.Count} payments have this paymentRequestId; ask for one of them:", .. payments]);
        }
    }
}
