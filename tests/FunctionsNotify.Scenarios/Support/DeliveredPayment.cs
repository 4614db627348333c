using System.Globalization;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios;

/// <summary>A delivery that ended, as all sides saw it: the payment backend, the operator and Alipay+.</summary>
internal sealed record DeliveredPayment(
    Payment Payment, Outcome Outcome, NotificationAnswer Answer, IReadOnlyList<ReceivedRequest> Requests, IReadOnlyList<Outcome> Published)
{
    // The platform's timers may fire up to a second early.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SideBySide = TimeSpan.FromSeconds(1);

    /// <summary>Asserts what holds for every delivery, however it ended.</summary>
    public DeliveredPayment Is(string state, int sends)
    {
        IsSound(state);
        Assert.Equal(sends, Requests.Count);
        Assert.Equal(sends, Requests.DistinctBy(Signature, StringComparer.Ordinal).Count());
        Assert.Equal((sends, sends), (Outcome.AttemptCount, Answer.Delivery!.AttemptCount));
        return this;
    }

    /// <summary>Asserts the same without the number of requests, for hosts that were killed on the way.</summary>
    public DeliveredPayment IsSound(string state)
    {
        Assert.Equal(("delivery", 1, state), (Outcome.Kind, Outcome.SchemaVersion, Outcome.State));
        Assert.Equal((state, Outcome.DeliveryId), (Answer.State, Answer.DeliveryId));
        Assert.NotNull(Answer.Delivery);
        Assert.Equal((state, "Final"), (Answer.Delivery.State, Answer.Delivery.Phase));
        // An attempt that a crash made come again may have ended the delivery while later ones were made.
        Assert.InRange(Outcome.AttemptCount, 1, Answer.Delivery.AttemptCount);
        // An outcome may be published again, but never another one.
        Assert.Equal([Outcome.OutcomeId], Published.Select(each => each.OutcomeId).Distinct());
        Assert.All(Published, each => Assert.Equal(state, each.State));
        Assert.Equal(Enumerable.Range(1, Outcome.AttemptCount), Outcome.Attempts.Select(attempt => attempt.Number));
        RequestsAreSound();
        return this;
    }

    /// <summary>Asserts the kinds of the attempts, in order, towards the payment backend and the operator.</summary>
    public DeliveredPayment AttemptKinds(params string[] kinds)
    {
        Assert.Equal(kinds, Outcome.Attempts.Select(attempt => attempt.Result.Kind));
        Assert.Equal(kinds.TakeLast(Answer.Delivery!.Attempts.Count), Answer.Delivery.Attempts.Select(attempt => attempt.Result.Kind));
        return this;
    }

    /// <summary>
    /// Asserts that no request came earlier than its wait after the one before it, by the simulator's clock alone, and
    /// writes how late each was.
    /// </summary>
    public DeliveredPayment NotEarlierThan(IEnumerable<TimeSpan> waits, ITestOutputHelper output)
    {
        foreach (var (wait, index) in waits.Take(Requests.Count - 1).Select((wait, index) => (wait, index)))
        {
            var gap = Requests[index + 1].ReceivedAt - Requests[index].ReceivedAt;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Payment.Id} retry {index + 1}: scheduled {wait.TotalSeconds:0.0} s after the attempt before it, received {gap.TotalSeconds:0.000} s after that one"));
            Assert.True(gap >= wait - Early, $"retry {index + 1} came {gap} after the request before it, scheduled was {wait}");
        }

        return this;
    }

    /// <summary>Every request: signed validly and anew, accepted, the payment's exact bytes.</summary>
    private void RequestsAreSound()
    {
        Assert.All(Requests, request =>
        {
            Assert.True(request.Verdict.IsAccepted, request.Verdict.Refusal);
            Assert.Equal("Valid", request.Verdict.Signature.ToString());
            Assert.False(request.Verdict.IsContradiction);
            Assert.Equal(("POST", "/aps/api/v1/payments/notifyPushPayment"), (request.Method, request.Path));
            Assert.True(request.Body.Span.SequenceEqual(Payment.Body), $"request {request.Sequence} holds other bytes than the payment's notification");
        });
        // After a kill two runs of one attempt may come side by side, and sign within the same millisecond.
        Assert.All(Requests.GroupBy(Signature, StringComparer.Ordinal), same =>
        {
            var apart = same.Max(request => request.ReceivedAt) - same.Min(request => request.ReceivedAt);
            Assert.True(apart < SideBySide, $"{Payment.Id}: one signature came again after {apart}");
        });
    }

    public static string Signature(ReceivedRequest request) => Assert.Single(Header(request, "Signature"));

    private static string[] Header(ReceivedRequest request, string name) =>
        request.Headers.Single(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
