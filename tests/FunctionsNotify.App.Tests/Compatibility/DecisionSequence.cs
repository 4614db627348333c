using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>What happened to a delivery, and what <see cref="Delivery"/> decided each time.</summary>
internal sealed record DecisionSequence
{
    /// <summary>What the sequence shows.</summary>
    public required string About { get; init; }

    /// <summary>What the delivery was started with; the policy stands in it, whatever the defaults become.</summary>
    public required DeliveryInput Input { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    public required IReadOnlyList<DecisionStep> Steps { get; init; }

    /// <summary>The first place where today's code decides otherwise; null when there is none.</summary>
    public string? FirstDifference()
    {
        var delivery = Delivery.Begin(Input, BegunAt);
        foreach (var (index, step) in Steps.Index())
        {
            delivery = step.ApplyTo(delivery);
            var (then, now) = (Text(step.Then), Text(Decided.Of(delivery)));
            if (step.Then is not null && then != now)
            {
                return $"step {index + 1}: decided {then}, decides {now}";
            }
        }

        return null;
    }

    private static string Text(Decided? decided) => JsonSerializer.Serialize(decided, DeliveryJson.Options);
}

/// <summary>One thing that happened: a result, a command, or else the timer.</summary>
internal sealed record DecisionStep
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttemptResult? Result { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryCommand? Command { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TimerFired { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What stood then; left out at some steps of a long sequence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Decided? Then { get; init; }

    public Delivery ApplyTo(Delivery delivery) => (Result, Command, TimerFired) switch
    {
        ({ } result, null, false) => delivery.Apply(result, At),
        (null, { } command, false) => delivery.Apply(command, At),
        (null, null, true) => delivery.TimerFired(),
        _ => throw new InvalidDataException("A step is one of result, command and timerFired."),
    };
}

/// <summary>What decides a delivery's next actions and its outcome.</summary>
internal sealed record Decided
{
    public required DeliveryPhase Phase { get; init; }

    public required DeliveryState State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeliveryCause? Cause { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required TimeSpan LastWait { get; init; }

    public required int Attempts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttemptKind? LastKind { get; init; }

    public required int Postponements { get; init; }

    public required TimeSpan PostponedFor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PostponeReason? WaitsFor { get; init; }

    public required IReadOnlyList<string> Pending { get; init; }

    public required IReadOnlyList<string> Verdicts { get; init; }

    public required long Sequence { get; init; }

    public static Decided Of(Delivery delivery) => new()
    {
        Phase = delivery.Phase,
        State = delivery.State,
        Cause = delivery.Cause,
        DueAt = delivery.DueAt,
        LastWait = delivery.LastWait,
        Attempts = delivery.Attempts.Count,
        LastKind = delivery.LastResult?.Kind,
        Postponements = delivery.Postponements,
        PostponedFor = delivery.PostponedFor,
        WaitsFor = delivery.WaitsFor,
        Pending = [.. delivery.PendingCommands.Select(command => command.Id)],
        Verdicts = [.. delivery.Verdicts.Select(verdict => $"{verdict.Id}: {verdict.Result}")],
        Sequence = delivery.Sequence,
    };
}
