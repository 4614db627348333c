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
        Assert.Contains("attempt 2", Only(refused).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_SendNow_DoesNotChangeTheNextPlannedWait()
    {
        var delivery = Waiting().Apply(Given.Command(CommandKind.SendNow, expectedAttempt: 2), _now).Apply(Given.Result(AttemptKind.Unknown), _now);
        Assert.Equal(_now.AddSeconds(2), delivery.DueAt);
    }

    [Theory]
    [InlineData(0, CommandResult.Refused)]
    [InlineData(1, CommandResult.Applied)]
    public void Apply_Wake_OnlyWhenOverdue(int secondsLater, CommandResult verdict) =>
        Assert.Equal(verdict, Only(Waiting().Apply(Given.Command(CommandKind.Wake, expectedAttempt: 2), _now.AddSeconds(secondsLater))).Result);

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
        Assert.Equal((DeliveryState.Delivered, CommandResult.TooLate), (ended.State, Only(ended).Result));
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

        Assert.Equal(CommandResult.Refused, Only(delivery).Result);
        Assert.Equal(Delivery.MaxVerdicts, delivery.PendingCommands.Count);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":7,"kind":"Cancel"}""")]
    [InlineData("""{"id":"\ud800","kind":"Cancel"}""")]
    [InlineData("""{"id":"x","kind":"Cancel","\ud800":1}""")]
    [InlineData("""{"id":"x","kind":"SendNow","e\ud800":1,"expectedAttempt":1}""")]
    [InlineData("""{"id":"","kind":"Cancel"}""")]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""{"id":"x","kind":"Explode"}""")]
    [InlineData("""{"id":"x","kind":"0"}""")]
    [InlineData("""{"id":"x","kind":"cancel"}""")]
    [InlineData("""{"id":"x","kind":"SendNow","expectedAttempt":"2"}""")]
    [InlineData("""{"id":"x","kind":"SendNow","expectedAttempt":2.5}""")]
    [InlineData("""{"id":"x","kind":"SendNow","expectedAttempt":0}""")]
    public void Read_Malformed_IsRefusedOnTheRecord(string json)
    {
        var command = DeliveryCommand.Read(JsonDocument.Parse(json).RootElement, "unreadable-1");
        var delivery = Waiting().Apply(command, _now);
        Assert.Equal((DeliveryPhase.Waiting, CommandResult.Refused), (delivery.Phase, Only(delivery).Result));
        Assert.NotNull(Only(delivery).Detail);
    }

    [Fact]
    public void Read_Missing_IsRefusedUnderTheFallbackId() =>
        Assert.Equal("unreadable-1", Only(Waiting().Apply(DeliveryCommand.Read(null, "unreadable-1"), _now)).Id);

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
