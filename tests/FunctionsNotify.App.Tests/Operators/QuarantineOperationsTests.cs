using System.Text;
using System.Text.Json;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class QuarantineOperationsTests
{
    private const string Sound = """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"p-1"}""";

    private static readonly OperatorStatement By = new("anna", "the merchant was set up");

    private readonly QuarantineInMemory _world = new();

    [Fact]
    public async Task Requeue_AsItIs_SendsTheExactBytesAndSaysWhoWhyWhenAndAsWhat()
    {
        var record = _world.Add(Sound, MessageState.Conflict, "p-1");

        var done = Assert.IsType<QuarantineAnswer.Done>(await RequeueAsync(record));

        Assert.Equal([Sound], _world.Sent);
        Assert.Equal(QuarantineStatus.Requeued, done.Record.Status);
        Assert.Equal([QuarantineStatus.Requeuing, QuarantineStatus.Requeued], _world.Current(record).History.Select(entry => entry.Status));
        Assert.All(_world.Current(record).History, entry => Assert.Equal(("anna", By.Reason, QuarantineInMemory.Now), (entry.Actor, entry.Reason, entry.At)));
        Assert.Equal("sent-1", _world.Current(record).History[^1].MessageId);
        Assert.Null(_world.Current(record).Correction);
        Assert.Equal(Sound, Encoding.UTF8.GetString(_world.Current(record).Content.Span));
        Assert.Equal(2, _world.Logged.Count);
        Assert.All(_world.Logged, line => Assert.Contains(record.QuarantineId, line, StringComparison.Ordinal));
        Assert.All(_world.Logged, line => Assert.Contains("anna", line, StringComparison.Ordinal));
        Assert.All(_world.Logged, line => Assert.Contains(By.Reason!, line, StringComparison.Ordinal));
        Assert.All(_world.Logged, line => Assert.DoesNotContain("RISK_REJECT", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requeue_Corrected_SendsTheCorrectionAndKeepsBoth()
    {
        var record = _world.Add("undecodable");

        Assert.IsType<QuarantineAnswer.Done>(await RequeueAsync(record, Sound));

        Assert.Equal([Sound], _world.Sent);
        Assert.Equal(Sound, Encoding.UTF8.GetString(_world.Current(record).Correction!.Value.Span));
        Assert.Equal("undecodable", Encoding.UTF8.GetString(_world.Current(record).Content.Span));
    }

    [Fact]
    public async Task Requeue_CorrectionBreaksRules_TellsAllAndSendsNothingEvenByForce()
    {
        var record = _world.Add("undecodable");

        var refused = Assert.IsType<QuarantineAnswer.Refused>(
            await RequeueAsync(record, """{"paymentResult":{"resultStatus":"X"},"paymentTime":"noon"}""", force: true));

        Assert.Equal(["body.paymentId", "body.paymentResult.resultCode", "body.paymentResult.resultStatus", "body.paymentTime"], refused.Errors.Keys);
        AssertUntouched(record);
    }

    [Fact]
    public async Task Requeue_AsItIsAndStillRefused_NeedsForce()
    {
        var record = _world.Add("undecodable");

        var refused = Assert.IsType<QuarantineAnswer.Refused>(await RequeueAsync(record));
        Assert.Contains("$: must be JSON (found text)", Assert.Single(refused.Errors["force"]), StringComparison.Ordinal);
        AssertUntouched(record);

        Assert.IsType<QuarantineAnswer.Done>(await RequeueAsync(record, force: true));
        Assert.Equal(["undecodable"], _world.Sent);
        Assert.Contains("would be refused again", Assert.Single(_world.Current(record).History[0].Overrode!.Value), StringComparison.Ordinal);
        Assert.Contains("would be refused again", _world.Logged[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requeue_CorrectionOfAnotherPayment_NeedsForce()
    {
        var record = _world.Add("undecodable", paymentId: "p-2");

        var refused = Assert.IsType<QuarantineAnswer.Refused>(await RequeueAsync(record, Sound));
        Assert.Contains("another payment", Assert.Single(refused.Errors["force"]), StringComparison.Ordinal);
        AssertUntouched(record);

        Assert.IsType<QuarantineAnswer.Done>(await RequeueAsync(record, Sound, force: true));
    }

    [Fact]
    public async Task Requeue_ClaimsAreKeptForLess_NeedsForceSooner()
    {
        var world = new QuarantineInMemory(new RetentionPolicy { Claims = TimeSpan.FromDays(60) });
        var record = world.Add(Sound, MessageState.Conflict, "p-1", QuarantineInMemory.Now.AddDays(-61), null);

        var answer = await world.Operations.RequeueAsync(record.QuarantineId, new RequeueRequest(By), CancellationToken.None);

        Assert.Contains("claims are kept (60 days)", Assert.Single(Assert.IsType<QuarantineAnswer.Refused>(answer).Errors["force"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, null, false)]
    [InlineData(401, null, true)]
    [InlineData(1, 401, true)]
    [InlineData(1, 400, false)]
    [InlineData(401, 1, true)]
    public async Task Requeue_OlderThanClaimsAreKept_NeedsForce(int daysOnTheQueue, int? daysSinceTheClaim, bool needsForce)
    {
        var record = _world.Add(
            Sound,
            MessageState.Conflict,
            "p-1",
            QuarantineInMemory.Now.AddDays(-daysOnTheQueue),
            daysSinceTheClaim is { } days ? QuarantineInMemory.Now.AddDays(-days) : null);

        var answer = await RequeueAsync(record);

        if (needsForce)
        {
            Assert.Contains("claims are kept (400 days)", Assert.Single(Assert.IsType<QuarantineAnswer.Refused>(answer).Errors["force"]), StringComparison.Ordinal);
            AssertUntouched(record);
            answer = await RequeueAsync(record, force: true);
        }

        Assert.IsType<QuarantineAnswer.Done>(answer);
        Assert.Equal(needsForce, _world.Current(record).History[0].Overrode is not null);
    }

    [Fact]
    public async Task Requeue_DoesNotFitTheQueue_IsRefusedEvenByForce()
    {
        var record = _world.Add(Sound, MessageState.Conflict);
        _world.LongestMessage = Sound.Length - 1;

        Assert.Equal(["body"], Assert.IsType<QuarantineAnswer.Refused>(await RequeueAsync(record, force: true)).Errors.Keys);
        AssertUntouched(record);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", " ")]
    [InlineData("a\nb", "c\u001b[2J")]
    public async Task Changes_WithoutWhoAndWhy_AreRefusedByField(string? actor, string? reason)
    {
        var record = _world.Add(Sound, MessageState.Conflict);
        var by = new OperatorStatement(actor, reason);

        var requeue = await _world.Operations.RequeueAsync(record.QuarantineId, new RequeueRequest(by, Force: true), default);
        var discard = await _world.Operations.DiscardAsync(record.QuarantineId, by, default);

        Assert.Equal(["actor", "reason"], Assert.IsType<QuarantineAnswer.Refused>(requeue).Errors.Keys);
        Assert.Equal(["actor", "reason"], Assert.IsType<QuarantineAnswer.Refused>(discard).Errors.Keys);
        AssertUntouched(record);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../other")]
    [InlineData("20260301/0000000000000000000-m.json")]
    public async Task Changes_NoSuchRecord_SaySo(string id)
    {
        Assert.IsType<QuarantineAnswer.Unknown>(await _world.Operations.RequeueAsync(id, new RequeueRequest(By), default));
        Assert.IsType<QuarantineAnswer.Unknown>(await _world.Operations.DiscardAsync(id, By, default));
        Assert.Null(await _world.Operations.FindAsync(id, withBody: true, default));
    }

    [Fact]
    public async Task Discard_Waiting_KeepsTheRecordWithWhoAndWhy()
    {
        var record = _world.Add("undecodable");

        Assert.IsType<QuarantineAnswer.Done>(await _world.Operations.DiscardAsync(record.QuarantineId, By, default));

        var now = _world.Current(record);
        Assert.Equal((QuarantineStatus.Discarded, "anna", By.Reason), (now.Status, now.History[0].Actor, now.History[0].Reason));
        Assert.Equal("undecodable", Encoding.UTF8.GetString(now.Content.Span));
        Assert.Contains("anna discarded it", Assert.Single(_world.Logged), StringComparison.Ordinal);
        Assert.Empty(_world.Sent);
    }

    [Theory]
    [InlineData(QuarantineStatus.Requeued)]
    [InlineData(QuarantineStatus.Discarded)]
    public async Task Changes_RecordIsDoneWith_AreNotMade(QuarantineStatus status)
    {
        var record = _world.Add(Sound, MessageState.Conflict);
        _world.Records[record.QuarantineId] = new StoredQuarantineRecord(record with { Status = status }, "7");

        Assert.Equal(status, Assert.IsType<QuarantineAnswer.Taken>(await RequeueAsync(record, force: true)).Record.Status);
        Assert.Equal(status, Assert.IsType<QuarantineAnswer.Taken>(await _world.Operations.DiscardAsync(record.QuarantineId, By, default)).Record.Status);
        Assert.Empty(_world.Sent);
        Assert.Empty(_world.Logged);
    }

    [Fact]
    public async Task Requeue_ManyOperatorsAtOnce_OneSendsAndTheOthersLearnWho()
    {
        const int Operators = 16;
        var record = _world.Add(Sound, MessageState.Conflict);
        using var barrier = new Barrier(Operators);
        // Every operator has read the record before one writes it.
        var first = Operators;
        _world.AfterRead = () => Task.Run(() =>
        {
            if (Interlocked.Decrement(ref first) >= 0)
            {
                barrier.SignalAndWait();
            }
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, Operators).Select(number => Task.Factory.StartNew(
            () => _world.Operations.RequeueAsync(record.QuarantineId, new RequeueRequest(new OperatorStatement($"operator-{number}", "why")), default),
            TaskCreationOptions.LongRunning).Unwrap()));

        var done = Assert.Single(answers.OfType<QuarantineAnswer.Done>());
        Assert.Equal(Operators - 1, answers.OfType<QuarantineAnswer.Taken>().Count());
        Assert.All(answers.OfType<QuarantineAnswer.Taken>(), taken => Assert.Equal(done.Record.History[0].Actor, taken.Record.History[0].Actor));
        Assert.Single(_world.Sent);
    }

    [Fact]
    public async Task Requeue_RequeueAndDiscardAtOnce_OneIsDone()
    {
        var record = _world.Add(Sound, MessageState.Conflict);
        _world.BeforeWrite = write =>
        {
            if (write == 1)
            {
                _world.Records[record.QuarantineId] = new StoredQuarantineRecord(record with { Status = QuarantineStatus.Discarded }, "99");
            }
        };

        var taken = Assert.IsType<QuarantineAnswer.Taken>(await RequeueAsync(record));

        Assert.Equal(QuarantineStatus.Discarded, taken.Record.Status);
        Assert.Empty(_world.Sent);
    }

    [Theory]
    [InlineData("before the send", 0)]
    [InlineData("after the send", 1)]
    [InlineData("before the last write", 1)]
    public async Task Requeue_CutOffMidway_IsEndedLaterWithTheSameBytes(string where, int sentByTheFirst)
    {
        var record = _world.Add("undecodable");
        Action fault = () => throw new IOException("cut off");
        _world.BeforeSend = where == "before the send" ? fault : null;
        _world.AfterSend = where == "after the send" ? fault : null;
        _world.BeforeWrite = write => (write == 2 && where == "before the last write" ? fault : () => { })();
        await Assert.ThrowsAsync<IOException>(() => RequeueAsync(record, Sound));
        _world.BeforeSend = _world.AfterSend = null;

        // It is not lost: the record says how far it came, and with which bytes.
        Assert.Equal(QuarantineStatus.Requeuing, _world.Current(record).Status);
        Assert.Equal(sentByTheFirst, _world.Sent.Count);

        // Nobody else begins as long as the first one may still be at it, and it is not discarded either.
        _world.Time.Advance(QuarantineOperations.TakeOverAfter - TimeSpan.FromTicks(1));
        Assert.IsType<QuarantineAnswer.Taken>(await RequeueAsync(record));
        Assert.IsType<QuarantineAnswer.Taken>(await _world.Operations.DiscardAsync(record.QuarantineId, By, default));

        _world.Time.Advance(TimeSpan.FromTicks(1));
        var other = Sound.Replace("RISK_REJECT", "OTHER", StringComparison.Ordinal);
        Assert.Equal(["body"], Assert.IsType<QuarantineAnswer.Refused>(await RequeueAsync(record, other, force: true)).Errors.Keys);
        var done = Assert.IsType<QuarantineAnswer.Done>(await RequeueAsync(record));

        Assert.Equal(QuarantineStatus.Requeued, done.Record.Status);
        Assert.Equal(sentByTheFirst + 1, _world.Sent.Count);
        Assert.All(_world.Sent, sent => Assert.Equal(Sound, sent));
    }

    [Fact]
    public async Task Requeue_TakenOverWhileItWasSlow_IsDoneTwiceWithTheSameBytesAndLoggedSo()
    {
        var record = _world.Add(Sound, MessageState.Conflict);
        var again = 0;
        Task<QuarantineAnswer>? second = null;
        _world.AfterSend = () =>
        {
            if (again++ == 0)
            {
                _world.Time.Advance(QuarantineOperations.TakeOverAfter);
                second = RequeueAsync(record);
            }
        };

        Assert.IsType<QuarantineAnswer.Done>(await RequeueAsync(record));
        Assert.IsType<QuarantineAnswer.Done>(await second!);

        Assert.Equal([Sound, Sound], _world.Sent);
        Assert.Equal(QuarantineStatus.Requeued, _world.Current(record).Status);
        Assert.Contains(_world.Logged, line => line.Contains("is a duplicate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Find_BodyNotAskedFor_IsNotThere()
    {
        var record = _world.Add(Sound, MessageState.Conflict, "p-1", claimedAt: QuarantineInMemory.Now.AddDays(-2));

        var without = await _world.Operations.FindAsync(record.QuarantineId, withBody: false, default);
        var with = await _world.Operations.FindAsync(record.QuarantineId, withBody: true, default);

        Assert.DoesNotContain("body", JsonSerializer.Serialize(without, DeliveryJson.Options), StringComparison.Ordinal);
        Assert.Equal(Sound, with!.BodyText());
        Assert.Equal((record.Reasons.Length, Sound.Length, QuarantineInMemory.Now.AddDays(-2)), (without!.Reasons.Length, without.Size, without.ClaimedAt));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public async Task List_NumberOutOfBounds_Throws(int max) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _world.Operations.ListAsync(new QuarantineFilter(), max, null, default));

    private Task<QuarantineAnswer> RequeueAsync(QuarantineRecord record, string? body = null, bool force = false)
    {
        // Not in a conditional expression: there null would become an empty memory.
        var request = new RequeueRequest(By, Force: force);
        return _world.Operations.RequeueAsync(record.QuarantineId, body is null ? request : request with { Body = Encoding.UTF8.GetBytes(body) }, default);
    }

    private void AssertUntouched(QuarantineRecord record)
    {
        Assert.Same(record, _world.Current(record));
        Assert.Empty(_world.Sent);
        Assert.Empty(_world.Logged);
    }
}
