namespace FunctionsNotify.App.Tests.Core;

public sealed class DeliveryReportTests
{
    private static readonly DateTimeOffset _now = Given.Start;

    private static Delivery After(int attempts, int commands, string text)
    {
        var result = Given.Result(AttemptKind.NoResult) with { ResultCode = text, ResultMessage = text, ResultStatus = text, TraceId = text, Detail = text };
        var delivery = Given.Delivery().Apply(result, _now);
        for (var attempt = 1; attempt < attempts; attempt++)
        {
            delivery = delivery.TimerFired().Apply(result, _now);
        }

        for (var command = 0; command < commands; command++)
        {
            delivery = delivery.Apply(new DeliveryCommand { Id = $"c-{command}", Fault = text, Actor = text, Reason = text }, _now);
        }

        return delivery;
    }

    [Fact]
    public void Of_OpenDelivery_SaysWhatComesNext()
    {
        var report = DeliveryReport.Of(Given.Delivery().Apply(Given.Result(AttemptKind.Unknown), _now));
        Assert.Equal((2, _now.AddSeconds(1), null), (report.NextAttempt, report.NextDueAt, report.EndedAt));
    }

    [Fact]
    public void Of_EndedDelivery_SaysWhenItEnded()
    {
        var report = DeliveryReport.Of(Given.Delivery().Apply(Given.Command(CommandKind.Cancel), _now).Apply(Given.Result(AttemptKind.Unknown), _now.AddSeconds(3)));
        Assert.Equal((null, null, _now.AddSeconds(3)), (report.NextAttempt, report.NextDueAt, report.EndedAt));
    }

    [Fact]
    public void Brief_ManyAttemptsAndCommands_HoldsTheLastFive()
    {
        var report = BriefReport.Of(After(attempts: 8, commands: 9, "x"));
        Assert.Equal([4, 5, 6, 7, 8], report.Attempts.Select(attempt => attempt.Number));
        Assert.Equal(["c-4", "c-5", "c-6", "c-7", "c-8"], report.Commands.Select(verdict => verdict.Id));
        Assert.Equal(8, report.AttemptCount);
    }

    [Fact]
    public void Brief_LongTexts_AreCut()
    {
        var report = BriefReport.Of(After(attempts: 1, commands: 1, new string('x', 300)));
        var (result, verdict) = (Assert.Single(report.Attempts).Result, Assert.Single(report.Commands));
        Assert.All([result.ResultCode, result.ResultMessage, result.ResultStatus, result.TraceId, verdict.Detail, verdict.Actor, verdict.Reason], text => Assert.Equal(64, text?.Length));
        Assert.Equal(200, result.Detail?.Length);
    }

    [Fact]
    public void Brief_MoreThanFits_DropsTheOldestCommandFirst()
    {
        var report = BriefReport.Of(After(attempts: 5, commands: 5, new string('x', 64)));
        Assert.InRange(BriefReport.Size(report), BriefReport.MaxBytes - 1200, BriefReport.MaxBytes);
        Assert.Equal((8192, 5, "c-4"), (BriefReport.MaxBytes, report.Attempts[^1].Number, report.Commands[^1].Id));
        Assert.InRange(report.Attempts.Length - report.Commands.Length, 0, 1);
    }

    [Fact]
    public void Brief_AnyLengthOfTexts_DropsACommandBeforeAnAttempt()
    {
        for (var length = 0; length <= 64; length++)
        {
            var report = BriefReport.Of(After(attempts: 5, commands: 5, new string('x', length)));
            Assert.InRange(report.Attempts.Length - report.Commands.Length, 0, 1);
        }
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    public void Brief_ExactlyWhatFits_IsWhole(int more, int commands)
    {
        var delivery = After(attempts: 3, commands: 3, "x") with { PaymentRequestId = "" };
        var room = (BriefReport.MaxBytes - BriefReport.Size(BriefReport.Of(delivery))) / sizeof(char);
        Assert.Equal(commands, BriefReport.Of(delivery with { PaymentRequestId = new string('x', room + more) }).Commands.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Brief_NothingElseFits_HoldsTheLastAttempt(int commands)
    {
        var report = BriefReport.Of(After(attempts: 5, commands, "x") with { PaymentRequestId = new string('x', 8192) });
        Assert.Equal(5, Assert.Single(report.Attempts).Number);
        Assert.Empty(report.Commands);
    }

    // Every character is written as an escape of six.
    [Fact]
    public void Brief_TextsThatAreLongestAsJson_Fits() =>
        Assert.InRange(BriefReport.Size(BriefReport.Of(After(attempts: 5, commands: 5, new string('\u20ac', 300)))), 1, BriefReport.MaxBytes);
}
