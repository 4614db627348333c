using System.Text.Json;

namespace FunctionsNotify.App.Tests.Core;

public sealed class DeliveryCommandTests
{
    private static readonly DateTimeOffset _now = Given.Start;

    private static Delivery Waiting() => Given.Delivery().Apply(Given.Result(AttemptKind.Unknown), _now);

    private static CommandVerdict Only(Delivery delivery) => Assert.Single(delivery.Verdicts);

    [Fact]
    public void Apply_CancelWhileWaiting_Cancels()
    {
        var cancelled = Waiting().Apply(Given.Command(CommandKind.Cancel), _now);
        Assert.Equal((DeliveryPhase.Final, DeliveryState.Cancelled, DeliveryCause.Operator), (cancelled.Phase, cancelled.State, cancelled.Cause));
        Assert.Equal((CommandResult.Applied, "tester", "a test"), (Only(cancelled).Result, Only(cancelled).Actor, Only(cancelled).Reason));
    }

    [Theory]
    [InlineData(AttemptKind.Acknowledged, DeliveryState.Delivered, CommandResult.TooLate)]
    [InlineData(AttemptKind.Rejected, DeliveryState.Rejected, CommandResult.TooLate)]
    [InlineData(AttemptKind.Unknown, DeliveryState.Cancelled, CommandResult.Applied)]
    public void Apply_CancelDuringAttempt_AnyFinalResultWins(AttemptKind kind, DeliveryState state, CommandResult verdict)
    {
        var sending = Given.Delivery().Apply(Given.Command(CommandKind.Cancel), _now);
        Assert.Equal(DeliveryPhase.Sending, sending.Phase);
        Assert.Empty(sending.Verdicts);

        var after = sending.Apply(Given.Result(kind), _now);

        Assert.Equal((state, verdict), (after.State, Only(after).Result));
    }

    [Fact]
    public void Apply_SendNowForTheWaitingAttempt_Sends()
    {
        var sending = Waiting().Apply(Given.Command(CommandKind.SendNow, expectedAttempt: 2), _now);
        Assert.Equal((DeliveryPhase.Sending, 2, CommandResult.Applied), (sending.Phase, sending.NextAttempt, Only(sending).Result));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(null)]
    public void Apply_SendNowForAnotherAttempt_Refused(int? expected)
    {
        var refused = Waiting().Apply(Given.Command(CommandKind.SendNow, expected), _now);
        Assert.Equal((DeliveryPhase.Waiting, CommandResult.Refused), (refused.Phase, Only(refused).Result));
        Assert.Equal($"expectedAttempt: attempt 2 is waited for, not {expected?.ToString() ?? "none"}", Only(refused).Detail);
    }

    [Fact]
    public void Apply_SendNow_DoesNotChangeTheNextPlannedWait()
    {
        var delivery = Waiting().Apply(Given.Command(CommandKind.SendNow, expectedAttempt: 2), _now).Apply(Given.Result(AttemptKind.Unknown), _now);
        Assert.Equal(_now.AddSeconds(2), delivery.DueAt);
    }

    [Theory]
    [InlineData(0, CommandResult.Refused, "attempt 2 is not overdue")]
    [InlineData(1, CommandResult.Applied, null)]
    public void Apply_Wake_OnlyWhenOverdue(int secondsLater, CommandResult result, string? detail)
    {
        var verdict = Only(Waiting().Apply(Given.Command(CommandKind.Wake, expectedAttempt: 2), _now.AddSeconds(secondsLater)));
        Assert.Equal((result, detail), (verdict.Result, verdict.Detail));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 1)]
    public void Apply_SendNow_IsDueNowOrWhenItWasDue(int secondsLater, int dueAfter) => Assert.Equal(
        _now.AddSeconds(dueAfter), Waiting().Apply(Given.Command(CommandKind.SendNow, expectedAttempt: 2), _now.AddSeconds(secondsLater)).DueAt);

    [Fact]
    public void Apply_SameIdTwice_IsTheSameCommand()
    {
        var once = Waiting().Apply(Given.Command(CommandKind.SendNow, expectedAttempt: 9), _now);
        Assert.Same(once, once.Apply(Given.Command(CommandKind.Cancel), _now));

        var pending = Given.Delivery().Apply(Given.Command(CommandKind.Cancel), _now);
        Assert.Same(pending, pending.Apply(Given.Command(CommandKind.Cancel), _now));
    }

    [Fact]
    public void Apply_AfterTheEnd_IsTooLate()
    {
        var ended = Given.Delivery().Apply(Given.Result(AttemptKind.Acknowledged), _now).Apply(Given.Command(CommandKind.Cancel), _now);
        Assert.Equal((DeliveryState.Delivered, CommandResult.TooLate, "the delivery had ended: Delivered"), (ended.State, Only(ended).Result, Only(ended).Detail));
    }

    [Fact]
    public void Apply_TwoSendNowsDuringAttempt_SecondIsDecidedAfterTheNextResult()
    {
        var delivery = Given.Delivery()
            .Apply(Given.Command(CommandKind.SendNow, 2, "a"), _now)
            .Apply(Given.Command(CommandKind.SendNow, 2, "b"), _now)
            .Apply(Given.Result(AttemptKind.Unknown), _now);
        Assert.Equal((DeliveryPhase.Sending, 2), (delivery.Phase, delivery.NextAttempt));

        delivery = delivery.Apply(Given.Result(AttemptKind.Unknown), _now);

        Assert.Equal([CommandResult.Applied, CommandResult.Refused], delivery.Verdicts.Select(verdict => verdict.Result));
        Assert.Equal(DeliveryPhase.Waiting, delivery.Phase);
    }

    [Fact]
    public void Apply_ManyCommands_KeepsTheLastVerdicts()
    {
        var delivery = Waiting();
        for (var number = 0; number < 100; number++)
        {
            delivery = delivery.Apply(Given.Command(CommandKind.SendNow, 9, $"c-{number}"), _now);
        }

        Assert.Equal(Delivery.MaxVerdicts, delivery.Verdicts.Count);
        Assert.Equal("c-99", delivery.Verdicts[^1].Id);
    }

    [Fact]
    public void Apply_TooManyCommandsDuringAttempt_RefusesTheRestOnTheRecord()
    {
        var delivery = Given.Delivery();
        for (var number = 0; number <= Delivery.MaxVerdicts; number++)
        {
            delivery = delivery.Apply(Given.Command(CommandKind.Cancel, id: $"c-{number}"), _now);
        }

        Assert.Equal((CommandResult.Refused, "too many commands wait for the attempt in flight"), (Only(delivery).Result, Only(delivery).Detail));
        Assert.Equal(Delivery.MaxVerdicts, delivery.PendingCommands.Count);
    }

    private const string NoObject = "the payload must be an object, is ";
    private const string NoText = "the payload must be Unicode text";
    private const string BadId = "id: must be a string of 1 to 64 characters";
    private const string BadKind = "kind: must be one of Cancel, SendNow, Wake";
    private const string BadAttempt = "expectedAttempt: must be a whole number from 1";

    [Theory]
    [InlineData("null", NoObject + "Null")]
    [InlineData("17", NoObject + "Number")]
    [InlineData("[]", NoObject + "Array")]
    [InlineData("{}", BadId)]
    [InlineData("""{"id":7,"kind":"Cancel"}""", BadId)]
    [InlineData("""{"id":"\ud800","kind":"Cancel"}""", NoText)]
    [InlineData("""{"id":"x","kind":"Cancel","\ud800":1}""", NoText)]
    [InlineData("""{"id":"x","kind":"SendNow","e\ud800":1,"expectedAttempt":1}""", "expectedAttempt: attempt 2 is waited for, not 1")]
    [InlineData("""{"id":"","kind":"Cancel"}""", BadId)]
    [InlineData("""{"id":"01234567890123456789012345678901234567890123456789012345678901234","kind":"Cancel"}""", BadId)]
    [InlineData("""{"id":"x"}""", BadKind)]
    [InlineData("""{"id":"x","kind":"Explode"}""", BadKind)]
    [InlineData("""{"id":"x","kind":"0"}""", BadKind)]
    [InlineData("""{"id":"x","kind":"cancel"}""", BadKind)]
    [InlineData("""{"id":"x","kind":"SendNow","expectedAttempt":"2"}""", BadAttempt)]
    [InlineData("""{"id":"x","kind":"SendNow","expectedAttempt":2.5}""", BadAttempt)]
    [InlineData("""{"id":"x","kind":"SendNow","expectedAttempt":0}""", BadAttempt)]
    public void Read_Malformed_IsRefusedOnTheRecordWithTheRule(string json, string rule)
    {
        var command = DeliveryCommand.Read(JsonDocument.Parse(json).RootElement, "unreadable-1");
        var delivery = Waiting().Apply(command, _now);
        Assert.Equal((DeliveryPhase.Waiting, CommandResult.Refused), (delivery.Phase, Only(delivery).Result));
        Assert.Equal(rule, Only(delivery).Detail);
        var isAttempt = rule.StartsWith("expectedAttempt", StringComparison.Ordinal);
        Assert.Equal((isAttempt || rule == BadKind ? "x" : "unreadable-1", isAttempt ? CommandKind.SendNow : null), (Only(delivery).Id, Only(delivery).Kind));
    }

    [Fact]
    public void Read_Missing_IsRefusedUnderTheFallbackId()
    {
        var verdict = Only(Waiting().Apply(DeliveryCommand.Read(null, "unreadable-1"), _now));
        Assert.Equal(("unreadable-1", NoObject + "missing"), (verdict.Id, verdict.Detail));
    }

    [Fact]
    public void Read_LeastAttemptAndLongestId_AreRead()
    {
        var command = DeliveryCommand.Read(JsonSerializer.SerializeToElement(new { id = new string('i', 64), kind = "Wake", expectedAttempt = 1 }), "other");
        Assert.Equal((64, CommandKind.Wake, 1, null), (command.Id.Length, command.Kind, command.ExpectedAttempt, command.Fault));
        Assert.Null(DeliveryCommand.Read(JsonDocument.Parse("""{"id":"x","kind":"Wake","expectedAttempt":null}""").RootElement, "other").Fault);
    }

    [Fact]
    public void Apply_NoKind_IsRefused() => Assert.Equal("kind: missing", Only(Waiting().Apply(new DeliveryCommand { Id = "x" }, _now)).Detail);

    [Fact]
    public void Read_WhatJsonMade_IsTheSameCommand()
    {
        var command = Given.Command(CommandKind.SendNow, 2);
        Assert.Equal(command, DeliveryCommand.Read(JsonSerializer.SerializeToElement(command), "other"));
    }

    [Fact]
    public void Read_LongTexts_AreCut()
    {
        var json = JsonSerializer.SerializeToElement(new { id = "x", kind = "Cancel", actor = new string('a', 1000), reason = new string('r', 1000) });
        var command = DeliveryCommand.Read(json, "other");
        Assert.Equal((DeliveryCommand.MaxIdLength, DeliveryCommand.MaxReasonLength), (command.Actor?.Length, command.Reason?.Length));
    }
}
