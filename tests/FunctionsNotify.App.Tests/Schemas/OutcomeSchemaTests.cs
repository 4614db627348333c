using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>outcome.schema.json against what the outcome writer writes of deliveries that ended; messages are in <see cref="QuarantineSchemaTests"/>.</summary>
public sealed class OutcomeSchemaTests
{
    private static readonly DateTimeOffset _start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Up to far more than is kept, so that outcomes too large for a message appear.
    private static readonly Gen<string?> _text = Gen.Frequency(
        (2, Gen.Const((string?)null)),
        (2, Gens.Text.Select(text => (string?)text)),
        (1, Gen.Select(Gen.OneOf("a", "€", "😀", "\u0001"), Gen.Int[200, 400], (piece, count) => (string?)string.Concat(Enumerable.Repeat(piece, count)))));

    private static readonly Gen<AttemptResult> _result = Gen.Select(
        Gen.Frequency(
            (12, Gen.OneOf(AttemptKind.SetupRejected, AttemptKind.Unknown, AttemptKind.NoResult, AttemptKind.NotSent, AttemptKind.Postponed)),
            (1, Gen.OneOf(AttemptKind.Acknowledged, AttemptKind.Rejected))),
        Gen.Select(_text, _text, _text, _text, _text),
        Gen.Int[100, 599].Nullable(),
        Gen.Long[0, TimeSpan.TicksPerDay * 30],
        Gen.Long[0, TimeSpan.TicksPerDay].Nullable(),
        Gen.OneOf(PostponeReason.BreakerOpen, PostponeReason.SignerThrottled, PostponeReason.LimiterFull),
        (kind, texts, status, ticks, retryAfter, reason) => new AttemptResult
        {
            Kind = kind,
            StartedAt = _start.AddTicks(ticks),
            Duration = TimeSpan.FromTicks(ticks / 1000),
            HttpStatus = status,
            ResultStatus = texts.Item1,
            ResultCode = texts.Item2,
            ResultMessage = texts.Item3,
            TraceId = texts.Item4,
            Detail = texts.Item5,
            SlowDown = retryAfter is not null,
            RetryAfter = retryAfter is { } wait ? TimeSpan.FromTicks(wait) : null,
            PostponeReason = kind == AttemptKind.Postponed ? reason : null,
        });

    private static readonly Gen<Delivery> _ended = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 64],
        Gen.Frequency((2, Gen.Int[1, 6]), (1, Gen.Const(30))),
        _result.Array[8],
        Gen.Frequency((5, Gen.Const(-1)), (1, Gen.Int[0, 10])),
        Gen.Bool,
        (paymentId, retries, results, cancelAt, isAgain) =>
        {
            var delivery = Delivery.Begin(
                new DeliveryInput
                {
                    DeliveryId = DeliveryIds.ForDelivery(paymentId, isAgain ? 2 : 1),
                    PaymentId = paymentId,
                    PaymentRequestId = isAgain ? "r-1" : null,
                    Supersedes = isAgain ? DeliveryIds.ForDelivery(paymentId, 1) : null,
                    Body = Encoding.UTF8.GetBytes("{}"),
                    AcceptedAt = _start,
                    Policy = new DeliveryPolicy { RetryDelays = [.. Enumerable.Range(1, retries).Select(second => TimeSpan.FromSeconds(second))], PostponeLimit = TimeSpan.FromHours(1) },
                },
                _start);
            for (var step = 0; delivery.Phase != DeliveryPhase.Final; step++)
            {
                if (step == cancelAt)
                {
                    delivery = delivery.Apply(new DeliveryCommand { Id = "c", Kind = CommandKind.Cancel }, delivery.DueAt);
                }

                delivery = delivery.Phase == DeliveryPhase.Waiting
                    ? delivery.TimerFired()
                    : delivery.Phase == DeliveryPhase.Sending ? delivery.Apply(results[step % results.Length], delivery.DueAt.AddTicks(step)) : delivery;
            }

            return delivery;
        });

    [Fact]
    public void Schema_WhateverIsWrittenOfADelivery_IsAccepted()
    {
        var seen = new ConcurrentDictionary<(DeliveryState, DeliveryCause), bool>();
        var (omitted, unsent) = (0, 0);
        _ended.Sample(
            delivery =>
            {
                var json = Encoding.UTF8.GetString(OutcomeWriter.Write(DeliveryOutcome.Of(delivery)));
                Schema.Outcome.AssertAccepts(json);
                Schema.ClosedOutcome.AssertAccepts(json);
                seen[(delivery.State, delivery.Cause!.Value)] = true;
                Interlocked.Add(ref omitted, json.Contains("\"attemptsOmitted\":0", StringComparison.Ordinal) ? 0 : 1);
                Interlocked.Add(ref unsent, delivery.Attempts.IsEmpty ? 1 : 0);
            },
            iter: 1_000);

        // Every end, an outcome that was cut to fit, and one without an attempt, or the property shows too little.
        Assert.Equal(5, seen.Count);
        Assert.True(omitted > 10 && unsent > 0, $"{omitted} with omitted attempts, {unsent} without any");
    }

    [Theory]
    [InlineData("kind", "\"other\"")]
    [InlineData("schemaVersion", "2")]
    [InlineData("outcomeId", null)]
    [InlineData("paymentId", "null")]
    [InlineData("deliveryId", "\"1\"")]
    [InlineData("state", "\"Open\"")]
    [InlineData("state", "0")]
    [InlineData("cause", "\"Operator\"")]
    [InlineData("operatorAction", "\"Do something.\"")]
    [InlineData("acceptedAt", "\"2026-03-01\"")]
    [InlineData("acceptedAt", "\"2026-03-01T12:00:00+02:00\"")]
    [InlineData("endedAt", "null")]
    [InlineData("resultCode", "7")]
    [InlineData("attemptCount", "-1")]
    [InlineData("attempts", null)]
    [InlineData("attempts", "[{}]")]
    public void Schema_MemberThatTheWriterWouldNotWrite_IsRefused(string member, string? value)
    {
        var result = new AttemptResult { Kind = AttemptKind.Acknowledged, StartedAt = _start, Duration = TimeSpan.Zero, ResultCode = "SUCCESS" };
        var input = new DeliveryInput { DeliveryId = "np-1", PaymentId = "1", Body = Given.Body, AcceptedAt = _start, Policy = new DeliveryPolicy() };
        var outcome = JsonNode.Parse(OutcomeWriter.Write(DeliveryOutcome.Of(Delivery.Begin(input, _start).Apply(result, _start))))!.AsObject();
        Schema.ClosedOutcome.AssertAccepts(outcome.ToJsonString());

        outcome.Remove(member);
        if (value is not null)
        {
            outcome[member] = JsonNode.Parse(value);
        }

        Assert.False(Schema.Outcome.Accepts(outcome.ToJsonString()));
    }

    [Fact]
    public void Schema_MemberOfALaterVersion_IsAccepted()
    {
        var result = new AttemptResult { Kind = AttemptKind.Acknowledged, StartedAt = _start, Duration = TimeSpan.Zero };
        var input = new DeliveryInput { DeliveryId = "np-1", PaymentId = "1", Body = Given.Body, AcceptedAt = _start, Policy = new DeliveryPolicy() };
        var outcome = JsonNode.Parse(OutcomeWriter.Write(DeliveryOutcome.Of(Delivery.Begin(input, _start).Apply(result, _start))))!.AsObject();
        outcome["later"] = "x";
        Schema.Outcome.AssertAccepts(outcome.ToJsonString());
        Assert.False(Schema.ClosedOutcome.Accepts(outcome.ToJsonString()));
    }
}
