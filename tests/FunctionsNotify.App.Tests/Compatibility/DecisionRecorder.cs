using System.Text;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>Plays a delivery and writes down what happens and what is decided.</summary>
internal sealed class DecisionRecorder
{
    private static readonly DateTimeOffset _start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<DecisionStep> _steps = [];
    private readonly DeliveryInput _input;
    private readonly int _every;

    private Delivery _delivery;
    private DateTimeOffset _now = _start;
    private int _commands;

    /// <param name="policy">The policy.</param>
    /// <param name="paymentId">The payment; the spread of the waits depends on it.</param>
    /// <param name="every">Writes down every n-th decision, and the last ones.</param>
    public DecisionRecorder(DeliveryPolicy policy, string paymentId = "20260301190000000001", int every = 1)
    {
        _input = new DeliveryInput
        {
            DeliveryId = DeliveryIds.ForDelivery(paymentId, generation: 1),
            PaymentId = paymentId,
            Body = Encoding.UTF8.GetBytes("{}"),
            AcceptedAt = _start,
            Policy = policy,
        };
        _every = every;
        _delivery = Delivery.Begin(_input, _start);
    }

    public bool IsOpen => _delivery.Phase != DeliveryPhase.Final;

    public int NextAttempt => _delivery.NextAttempt;

    public DecisionRecorder Attempt(AttemptKind kind, bool slowDown = false, TimeSpan? retryAfter = null, PostponeReason reason = PostponeReason.BreakerOpen)
    {
        var startedAt = _now;
        _now += TimeSpan.FromMilliseconds(20);
        return Step(new DecisionStep
        {
            At = _now,
            Result = new AttemptResult
            {
                Kind = kind,
                StartedAt = startedAt,
                Duration = _now - startedAt,
                SlowDown = slowDown,
                RetryAfter = retryAfter,
                PostponeReason = kind == AttemptKind.Postponed ? reason : null,
            },
        });
    }

    public DecisionRecorder Timer()
    {
        _now = _delivery.DueAt + TimeSpan.FromMilliseconds(40);
        return Step(new DecisionStep { At = _now, TimerFired = true });
    }

    public DecisionRecorder Ask(CommandKind kind, int? expectedAttempt = null, TimeSpan later = default, string? id = null)
    {
        _now += later;
        return Step(new DecisionStep { At = _now, Command = new DeliveryCommand { Id = id ?? $"c-{++_commands}", Kind = kind, ExpectedAttempt = expectedAttempt } });
    }

    public DecisionRecorder AskUnreadably() => Step(new DecisionStep { At = _now, Command = DeliveryCommand.Read(null, $"unreadable-{++_commands}") });

    /// <summary>Attempts of one kind until the delivery ends.</summary>
    public DecisionRecorder ToTheEnd(AttemptKind kind)
    {
        while (IsOpen)
        {
            _ = _delivery.Phase == DeliveryPhase.Waiting ? Timer() : Attempt(kind);
        }

        return this;
    }

    public DecisionSequence Sequence(string about) => new()
    {
        About = about,
        Input = _input,
        BegunAt = _start,
        Steps = [.. _steps.Select((step, index) => index % _every == 0 || index >= _steps.Count - 3 ? step : step with { Then = null })],
    };

    private DecisionRecorder Step(DecisionStep step)
    {
        _delivery = step.ApplyTo(_delivery);
        _steps.Add(step with { Then = Decided.Of(_delivery) });
        return this;
    }
}
