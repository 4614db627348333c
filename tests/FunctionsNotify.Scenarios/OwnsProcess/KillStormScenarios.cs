using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>
/// The guarantees while host and worker die again and again: every payment ends once, as its script says, with no body but
/// its own and no send beyond the schedule except one for each kill and each message that the platform says it handed out again.
/// </summary>
[Trait("Category", "owns-process")]
public sealed class KillStormScenarios(ITestOutputHelper output)
{
    // As many retries as the guide asks for, close together: an exhausted payment takes about a minute.
    private static readonly HostPolicy Policy = HostPolicy.OfSeconds([1, .. Enumerable.Range(0, 14).Select(index => 2 + (0.25 * index))]);

    [OwnsProcessFact]
    public Task Kill_FortyTimesOver150Payments_EveryPaymentEndsOnceAsItsScriptSays() => StormAsync("storm", payments: 150, kills: 40);

    [SoakFact]
    public Task Kill_TwoHundredTimesOver500Payments_EveryPaymentEndsOnceAsItsScriptSays() => StormAsync("soak", payments: 500, kills: 200);

    private async Task StormAsync(string name, int payments, int kills)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {ScenarioSettings.Seed} (NOTIFY_SEED)"));
        await using var own = await Suite.StartHostAsync(name, Policy, Killed.ComesBackSoon);
        await new KillStorm(own, new Random(ScenarioSettings.Seed), output).RunAsync(payments, kills);
    }
}

/// <summary>Payments keep arriving while the host or its worker is killed at random moments, some of them while it starts.</summary>
internal sealed partial class KillStorm(OwnHost own, Random random, ITestOutputHelper output)
{
    private static readonly TimeSpan SendAttemptAsksAfter = TimeSpan.FromSeconds(30);

    // Answers that take a while, so that a kill finds sends in flight.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1.5);

    private static readonly (string State, ScriptStep[] Steps)[] Scripts =
    [
        ("Delivered", [ScriptStep.Success]),
        ("Delivered", [ScriptStep.Success with { Delay = Slow }]),
        ("Delivered", [ScriptStep.Unknown(), ScriptStep.Success]),
        ("Delivered", [ScriptStep.Unknown() with { Delay = Slow }, ScriptStep.Unknown(), ScriptStep.Success with { Delay = Slow }]),
        ("Delivered", [new() { Connection = ConnectionBehaviour.Drop }, new() { Body = AnswerBody.Html }, new() { Connection = ConnectionBehaviour.Reset }, ScriptStep.Success]),
        ("Delivered", [ScriptStep.Failure("KEY_NOT_FOUND") with { Signing = AnswerSigning.None }, ScriptStep.Success]),
        ("Delivered", [new() { HttpStatus = 503, Body = AnswerBody.Html, RetryAfter = "3" }, new() { Signing = AnswerSigning.WrongKey }, ScriptStep.Success]),
        ("Rejected", [ScriptStep.Failure("PROCESS_FAIL") with { Delay = Slow }]),
        ("Rejected", [ScriptStep.Unknown(), ScriptStep.Failure("ORDER_IS_CLOSED")]),
        ("Exhausted", [ScriptStep.Unknown()]),
    ];

    private readonly List<(Payment Payment, string State, bool ComesTwice)> _given = [];
    private readonly ConcurrentBag<string> _messages = [];
    private readonly List<Kill> _kills = [];

    /// <summary>Kills, lets everything end and asserts what must hold for every payment.</summary>
    public async Task RunAsync(int payments, int kills)
    {
        var took = Stopwatch.StartNew();
        await GiveAsync(payments);
        for (var kill = 0; kill < kills; kill++)
        {
            var part = _given.Skip(kill * payments / kills).Take(((kill + 1) * payments / kills) - (kill * payments / kills));
            await Task.WhenAll(part.Select(each => EnqueueAsync(each.Payment, each.ComesTwice)));
            await KillAsync(isLast: kill == kills - 1);
        }

        var stormed = took.Elapsed;
        var ended = new List<DeliveredPayment>();
        foreach (var (payment, state, comesTwice) in _given)
        {
            var delivered = await own.Host.EndAsync(payment, Killed.Patience);
            ended.Add((comesTwice ? WithItsSpelling(delivered) : delivered).IsSound(state));
        }

        var settled = await SettledAsync(ended);
        var cameAgain = CameAgain();
        settled.ForEach(delivered => HoldsFor(delivered, [.. cameAgain[delivered.Outcome.DeliveryId!]]));
        Assert.All(_messages, message => Assert.Empty(own.Host.Outcomes.Messages(message)));
        Assert.Equal(0, await own.Host.PoisonedAsync());
        Report(settled, cameAgain.Count, stormed, took.Elapsed);
        var hits = _kills.Count(kill => settled.Exists(kill.FoundOpen));
        Assert.True(hits > kills / 2, $"only {hits} of {kills} kills found an open delivery");
    }

    private async Task GiveAsync(int count)
    {
        for (var index = 0; index < count; index++)
        {
            var (state, steps) = Scripts[index % Scripts.Length];
            var payment = Payment.Succeeded("storm");
            await own.Host.ScriptAsync(payment, steps);
            // Every fifth message comes twice, as a backend that is not sure sends it again.
            _given.Add((payment, state, random.Next(5) == 0));
        }
    }

    private async Task EnqueueAsync(Payment payment, bool comesTwice)
    {
        _messages.Add(await own.Host.EnqueueAsync(payment));
        if (comesTwice)
        {
            _messages.Add(await own.Host.EnqueueAsync(payment.Rewritten()));
        }
    }

    // A kill can hold the first message back until its lease ends, and then the second one makes the claim: either spelling
    // may be the one, but then it is the one of every attempt.
    private static DeliveredPayment WithItsSpelling(DeliveredPayment delivered) =>
        delivered.Payment.Rewritten() is var other && delivered.Requests[0].Body.Span.SequenceEqual(other.Body)
            ? delivered with { Payment = other }
            : delivered;

    // A third of the kills comes right after messages were put on the queue, so that the intake is hit as well; half of
    // them kill the worker alone.
    private async Task KillAsync(bool isLast)
    {
        await Task.Delay(random.Next(3) == 0 ? random.Next(0, 150) : random.Next(150, 2500));
        var ofWorker = random.Next(2) == 0;
        var isAwaited = random.Next(4) > 0;
        Assert.True(own.Process.IsRunning, $"the host ended by itself:\n{own.Process.Log}");
        var at = DateTimeOffset.UtcNow;
        if (ofWorker && own.Process.KillWorker())
        {
            _kills.Add(new(at, DateTimeOffset.UtcNow, OfWorker: true));
            await own.Process.AnswersAsync(own.Host.Api);
            return;
        }

        await own.Process.KillAsync();
        _kills.Add(new(at, DateTimeOffset.UtcNow, OfWorker: false));
        own.Process.Start();
        if (isLast || isAwaited)
        {
            // Else the next kill may come while it starts.
            await own.Process.AnswersAsync(own.Host.Api);
        }
    }

    /// <summary>
    /// Starts the host once more over what has ended, and looks again at everything when a later payment went its whole
    /// way: what is sent after its end would have come by then.
    /// </summary>
    private async Task<List<DeliveredPayment>> SettledAsync(List<DeliveredPayment> ended)
    {
        await own.RestartAsync();
        (await own.Host.DeliverAsync(Payment.Succeeded("storm-after"), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success))
            .Is("Delivered", sends: 4);
        var settled = new List<DeliveredPayment>();
        foreach (var delivered in ended)
        {
            settled.Add(delivered with
            {
                Requests = await own.Host.ReceivedAsync(delivered.Payment.Id),
                Published = own.Host.Outcomes.Deliveries(delivered.Payment.Id),
            });
        }

        return settled;
    }

    private void HoldsFor(DeliveredPayment delivered, IReadOnlyList<string> cameAgain)
    {
        var id = delivered.Payment.Id;
        delivered.IsSound(delivered.Outcome.State);
        // Published again means the same end again; its attempts are those that whoever published it knew of.
        Assert.All(delivered.Published, each => Assert.Equal(delivered.Outcome.Cause, each.Cause));

        var most = own.Host.Policy.MaxAttempts;
        Assert.InRange(Attempts(delivered), 1, most);
        if (delivered.Outcome.State == "Exhausted")
        {
            Assert.Equal(most, Attempts(delivered));
        }

        // What was answered was sent, and the answer's trace id says which request it was. An attempt whose worker died may or
        // may not have been sent, and says so; every other one was.
        var recorded = Recorded(delivered);
        Assert.Subset(delivered.Requests.Select(request => request.Answer.TraceId).ToHashSet(), recorded.Select(attempt => attempt.Result.TraceId).OfType<string>().ToHashSet());
        var kills = _kills.Count(kill => kill.MayHaveRepeatedASendOf(delivered));
        Assert.True(
            delivered.Requests.Count >= recorded.Where(WasSent).DistinctBy(attempt => attempt.Number).Count() && Repeats(delivered) <= kills + cameAgain.Count,
            $"{id}: {delivered.Requests.Count} sends for {Attempts(delivered)} attempts, and {kills} kills between the first and the last; without an answer: {Listed(recorded.Where(attempt => attempt.Result.TraceId is null).Select(attempt => $"{attempt.Number} {attempt.Result.Kind} {attempt.Result.Detail}"))}; Durable said: {Listed(cameAgain)}");
        // An attempt that had asked the record before a second run of an earlier one ended the delivery is still on its way, and a
        // first attempt asks only when it comes 30 s after the payment was accepted.
        var readAt = delivered.Published.Min(each => each.ReadAt);
        var last = delivered.Requests[^1].ReceivedAt;
        Assert.True(last <= readAt + SendAttemptAsksAfter + Kill.InFlight, $"{id}: a send came at {last:O}, after the outcome was read at {readAt:O}");
    }

    // By delivery, the messages that Durable says were handed out again: on a machine that is too busy to renew a lease in
    // time this happens without a kill, and then a send may come again.
    private ILookup<string, string> CameAgain() => own.Process.Log.Split('\n')
        .Select(line => DurableWarning().Match(line))
        .Where(match => match.Success)
        .GroupBy(match => match.Groups["delivery"].Value, match => match.Groups["text"].Value)
        .SelectMany(said => said.Zip(said.Prepend("")).Where(line => IsAgain(line.First, line.Second)).Select(line => (Delivery: said.Key, Message: Message().Match(line.First).Value)).Distinct())
        .ToLookup(each => each.Delivery, each => each.Message);

    // A result that comes before the request for it was stored is put back until it has been, and nothing is sent again.
    private static bool IsAgain(string line, string before) =>
        line.StartsWith("Received a duplicate message", StringComparison.Ordinal)
        || (line.StartsWith("Abandoning", StringComparison.Ordinal) && !before.Contains("out of order", StringComparison.Ordinal));

    [GeneratedRegex(@"warn: DurableTask\.AzureStorage\[\d+\] (?<delivery>[^:]+): (?<text>.+)", RegexOptions.ExplicitCapture)]
    private static partial Regex DurableWarning();

    [GeneratedRegex(@"\[[^\]]+\]")]
    private static partial Regex Message();

    private static int Attempts(DeliveredPayment delivered) => delivered.Answer.Delivery!.AttemptCount;

    // Of an attempt that a kill made come again, the outcome and the answer may each know another run.
    private static List<Attempt> Recorded(DeliveredPayment delivered) =>
        [.. delivered.Published.SelectMany(outcome => outcome.Attempts).Concat(delivered.Answer.Delivery!.Attempts).DistinctBy(attempt => (attempt.Number, attempt.Result.StartedAt))];

    // An answer without a trace id is that of an earlier run, adopted from the record.
    private static bool MayHaveBeenSent(Attempt attempt) => attempt.Result.TraceId is not null || attempt.Result.Kind == "NoResult";

    private static bool WasSent(Attempt attempt) => MayHaveBeenSent(attempt) && !IsUnsure(attempt);

    private static bool IsUnsure(Attempt attempt) => attempt.Result.Detail?.Contains("may have been sent", StringComparison.Ordinal) == true;

    private static int Repeats(DeliveredPayment delivered) =>
        Math.Max(0, delivered.Requests.Count - Recorded(delivered).Where(MayHaveBeenSent).DistinctBy(attempt => attempt.Number).Count());

    private static string Listed(IEnumerable<string> lines) => string.Join(" | ", lines.DefaultIfEmpty("nothing"));

    private void Report(List<DeliveredPayment> settled, int cameAgain, TimeSpan stormed, TimeSpan took)
    {
        var states = string.Join(", ", settled.CountBy(each => each.Outcome.State).Select(state => $"{state.Key} {state.Value}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {_kills.Count} kills, {_kills.Count(kill => kill.OfWorker)} of the worker alone, over {settled.Count} payments ({states}) in {stormed.TotalSeconds:0} s, settled after {took.TotalSeconds:0} s; {_messages.Count} messages
            kills that found open deliveries: {_kills.Count(kill => settled.Exists(kill.FoundOpen))}
            sends: {settled.Sum(each => each.Requests.Count)} for {settled.Sum(Attempts)} attempts, {settled.Sum(each => Recorded(each).Count(IsUnsure))} of which a worker's death left unsure; repeated: {settled.Sum(Repeats)}, with a signature that another had: {settled.Sum(each => each.Requests.Count - each.Requests.DistinctBy(DeliveredPayment.Signature, StringComparer.Ordinal).Count())}
            outcomes published again: {settled.Sum(each => each.Published.Count - 1)}; deliveries of which Durable says that a message came again: {cameAgain}
            """));
    }

    /// <summary>One kill, by this machine's clock.</summary>
    private sealed record Kill(DateTimeOffset At, DateTimeOffset Dead, bool OfWorker)
    {
        // What the dead process had handed to the network still arrives.
        public static readonly TimeSpan InFlight = TimeSpan.FromSeconds(2);

        /// <summary>True when it may have interrupted the sends of a delivery, and so have made one of them come twice.</summary>
        public bool MayHaveRepeatedASendOf(DeliveredPayment delivered) =>
            At <= delivered.Requests[^1].ReceivedAt && Dead + InFlight >= delivered.Requests[0].ReceivedAt;

        /// <summary>True when the delivery had been begun and had not ended.</summary>
        public bool FoundOpen(DeliveredPayment delivered) =>
            delivered.Requests[0].ReceivedAt < At && delivered.Outcome.Attempts[^1].EndedAt > Dead;
    }
}
