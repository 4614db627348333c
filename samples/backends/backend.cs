#:project ../../src/FunctionsNotify.Client
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false

// A payment backend in C#: tells two results and takes over what became of them. With a development host running
// (./eng/run.sh run): dotnet run samples/backends/backend.cs
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Client;

var storage = Environment.GetEnvironmentVariable("PaymentsStorage") ?? "UseDevelopmentStorage=true";
var run = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
PaymentNotification[] results =
[
    new()
    {
        PaymentResult = new PaymentResult { ResultStatus = "S", ResultCode = "SUCCESS" },
        PaymentId = $"cs-{run}-1",
        PaymentRequestId = $"order-{run}-1",
        PaymentTime = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:sszzz"),
    },
    new()
    {
        PaymentResult = new PaymentResult { ResultStatus = "F", ResultCode = "RISK_REJECT" },
        PaymentId = $"cs-{run}-2",
    },
];
var queue = new PaymentNotificationQueue(storage);
foreach (var result in results)
{
    var receipt = await queue.EnqueueAsync(result);
    Console.WriteLine($"{receipt.PaymentId}: enqueued as message {receipt.MessageId}");
}

var waiting = results.Select(result => result.PaymentId).ToHashSet();
// Outcomes come at least once. A real backend has a unique column in its database in place of this set.
var seen = new HashSet<string>();
using var done = new CancellationTokenSource(TimeSpan.FromMinutes(2));
try
{
    await new PaymentOutcomes(storage).ReceiveAsync(
        (outcome, _) =>
        {
            if (seen.Add(outcome.OutcomeId))
            {
                Console.WriteLine($"{outcome.PaymentId}: {outcome.State} after {outcome.AttemptCount} attempt(s). {outcome.OperatorAction}".TrimEnd());
            }

            if (outcome.PaymentId is { } id && waiting.Remove(id) && waiting.Count == 0)
            {
                done.Cancel();
            }

            return Task.CompletedTask;
        },
        done.Token);
}
catch (OperationCanceledException)
{
    // Everything was told, or two minutes were not enough.
}

return waiting.Count == 0 ? 0 : 1;
