using FunctionsNotify.App;

namespace FunctionsNotify.Infra.Tests.Monitoring;

public sealed class TelemetryModelTests
{
    [Fact]
    public void HasAttribute_EachInstrument_FollowsTheConstants()
    {
        var model = TelemetryModel.OfTheCode;

        Assert.True(model.HasAttribute(TelemetryNames.Instruments.Outcomes, TelemetryNames.Attributes.Cause));
        Assert.False(model.HasAttribute(TelemetryNames.Instruments.Messages, TelemetryNames.Attributes.Cause));
        Assert.False(model.HasAttribute("notify.nothing", TelemetryNames.Attributes.Cause));
    }

    [Fact]
    public void Values_OfEveryClosedSetThatQueriesCompare_AreKnown() => Assert.All(
        (string[])
        [
            TelemetryNames.Attributes.Verdict, TelemetryNames.Attributes.Kind, TelemetryNames.Attributes.State, TelemetryNames.Attributes.Cause,
            TelemetryNames.Attributes.Action, TelemetryNames.Attributes.Reason, TelemetryNames.Attributes.Run, TelemetryNames.Attributes.Queue,
            TelemetryNames.Attributes.Result,
        ],
        attribute => Assert.NotEmpty(TelemetryModel.OfTheCode.Values(attribute)!));

    [Fact]
    public void Templates_EveryLoggerMessageOfTheSources_IsRead()
    {
        var sources = RepositoryFiles.List("src", "*.cs").Where(path => !path.StartsWith("src/FunctionsNotify.LocalHost/", StringComparison.Ordinal));
        var attributes = sources.Sum(path => RepositoryFiles.Read(path).Split("[LoggerMessage(").Length - 1);

        Assert.Equal(attributes, LogTemplates.All.Count);
        Assert.Contains("PaymentId", LogTemplates.Placeholders);
    }

    [Fact]
    public void Timers_OfTheApp_AreAllFoundWithTheirPauses()
    {
        var triggers = RepositoryFiles.List("src/FunctionsNotify.App", "*.cs").Count(path => RepositoryFiles.Read(path).Contains("[TimerTrigger(", StringComparison.Ordinal));

        Assert.Equal(triggers, Timers.OfTheApp.Count);
        Assert.Equal(TimeSpan.FromMinutes(5), Timers.OfTheApp["sweep"]);
        Assert.Equal(TimeSpan.FromHours(19), Timers.OfTheApp["purge"]);
    }

    [Fact]
    public void Timers_OfTheApp_AreTheRunsThatAreCounted() =>
        Assert.Equal(TelemetryModel.OfTheCode.Values(TelemetryNames.Attributes.Run)!.Order(StringComparer.Ordinal), Timers.OfTheApp.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("30 * * * * *", 1)]
    [InlineData("0 */5 * * * *", 5)]
    [InlineData("0 7 * * * *", 60)]
    [InlineData("0 33 0-5 * * *", 1140)]
    public void LongestPause_Schedule_IsThatBetweenTwoRuns(string schedule, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Timers.LongestPause(schedule));

    [Theory]
    [InlineData("*/10 * * * * *")]
    [InlineData("0 * * * 1 *")]
    [InlineData("00:05:00")]
    public void LongestPause_WhatItCannotRead_IsAnError(string schedule) => Assert.Throws<FormatException>(() => Timers.LongestPause(schedule));
}
