using System.Text;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class ConflictApplicationTests
{
    private readonly QuarantineInMemory _quarantine = new();
    private readonly RepairHost _host = new() { Claim = GivenClaim.Of() };

    public ConflictApplicationTests() => _host.End(DeliveryState.Rejected);

    private ConflictApplication Application
    {
        get
        {
            // The quarantine's own check wants the entry; it is the redelivery that writes it.
            _quarantine.Audit["redelivery"] = new AuditEntry { Id = "redelivery", At = default, Action = AuditActions.Apply, QuarantineId = _quarantine.Records.Keys.Single(), Outcome = AuditEntry.Begun };
            return new ConflictApplication(_quarantine, _quarantine, _host.Redelivery, _quarantine.Time);
        }
    }

    [Fact]
    public async Task Apply_Conflict_DeliversItsContentAndMarksTheRecord()
    {
        var body = GivenClaim.Body(code: "PROCESS_FAIL");
        var record = Conflict(body);

        var answer = await ApplyAsync(record);

        Assert.Equal(new RedeliveryAnswer.Redelivered("np-p-1~2", 2, "np-p-1", IsRepeat: false), answer);
        Assert.Equal(body, Assert.Single(_host.Started).Body.ToArray());
        var applied = _quarantine.Current(record);
        Assert.Equal((QuarantineStatus.Applied, "np-p-1~2", "ann"), (applied.Status, applied.History[^1].DeliveryId, applied.History[^1].Actor));
        var entry = Assert.Single(_host.Audit.Values);
        Assert.Equal((AuditActions.Apply, record.QuarantineId, "p-1", AuditEntry.Accepted), (entry.Action, entry.QuarantineId, entry.PaymentId, entry.Outcome));
    }

    [Fact]
    public async Task Apply_Again_IsTheSameAnswerForEver()
    {
        var record = Conflict(GivenClaim.Body(code: "PROCESS_FAIL"));
        var first = (RedeliveryAnswer.Redelivered)await ApplyAsync(record);
        _host.End(DeliveryState.Exhausted);
        _host.Claim = _host.Claim! with { History = [] };

        Assert.Equal(first with { IsRepeat = true }, await ApplyAsync(record));
        Assert.Single(_host.Started);
    }

    [Fact]
    public async Task Apply_ContradictingResult_IsRefusedAlsoByForce()
    {
        var record = Conflict(GivenClaim.Body(status: "S"));

        var answer = await ApplyAsync(record, force: true);

        Assert.Contains("body.paymentResult.resultStatus", Assert.IsType<RedeliveryAnswer.Invalid>(answer).Errors.Keys);
        Assert.Equal(QuarantineStatus.Waiting, _quarantine.Current(record).Status);
        Assert.Empty(_host.Started);
    }

    [Theory]
    [InlineData(MessageState.Invalid, QuarantineStatus.Waiting)]
    [InlineData(MessageState.Conflict, QuarantineStatus.Discarded)]
    [InlineData(MessageState.Conflict, QuarantineStatus.Requeuing)]
    public async Task Apply_WhatDoesNotWaitAsAConflict_IsTaken(MessageState state, QuarantineStatus status)
    {
        var record = _quarantine.Add(Encoding.UTF8.GetString(GivenClaim.Body()), state, "p-1");
        _quarantine.Records[record.QuarantineId] = new StoredQuarantineRecord(record with { Status = status }, "0");

        Assert.IsType<ApplyAnswer.Taken>(await Application.ApplyAsync(record.QuarantineId, GivenClaim.By, true, default));
        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task Apply_UnknownRecord_SaysSo()
    {
        Conflict(GivenClaim.Body());

        Assert.IsType<ApplyAnswer.Unknown>(await Application.ApplyAsync("20260301/none", GivenClaim.By, false, default));
    }

    [Fact]
    public async Task Apply_CutOffBeforeTheRecordSaysSo_TheSameCallMarksItAndDeliversNothingTwice()
    {
        var record = Conflict(GivenClaim.Body(code: "PROCESS_FAIL"));
        _quarantine.BeforeWrite = _ => throw new IOException("cut off");
        await Assert.ThrowsAsync<IOException>(() => ApplyAsync(record));
        Assert.Equal(QuarantineStatus.Waiting, _quarantine.Current(record).Status);
        _quarantine.BeforeWrite = null;
        _host.End(DeliveryState.Delivered);

        var again = await ApplyAsync(record);

        Assert.Equal(new RedeliveryAnswer.Redelivered("np-p-1~2", 2, "np-p-1", IsRepeat: true), again);
        Assert.Equal(QuarantineStatus.Applied, _quarantine.Current(record).Status);
        Assert.Single(_host.Started);
    }

    [Fact]
    public async Task Apply_AgainstADiscardAtTheSameTime_TheRecordSaysWhatWasDelivered()
    {
        var record = Conflict(GivenClaim.Body(code: "PROCESS_FAIL"));
        _quarantine.BeforeWrite = write =>
        {
            if (write == 1)
            {
                var stored = _quarantine.Records[record.QuarantineId];
                _quarantine.Records[record.QuarantineId] = new StoredQuarantineRecord(stored.Record with { Status = QuarantineStatus.Discarded }, "another");
            }
        };

        await ApplyAsync(record);

        Assert.Equal(QuarantineStatus.Applied, _quarantine.Current(record).Status);
    }

    [Fact]
    public void KeyOf_AnyRecord_IsNoKeyThatAHeaderCanHold() =>
        Assert.Contains(ConflictApplication.KeyOf("20260301/x.json"), character => character is < ' ' or > '~');

    [Fact]
    public async Task Requeue_AuditLogDown_ChangesNothing()
    {
        var record = Conflict(GivenClaim.Body());
        _quarantine.AuditIsDown = true;

        await Assert.ThrowsAsync<AuditUnavailableException>(() => _quarantine.Operations.DiscardAsync(record.QuarantineId, GivenClaim.By, default));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => _quarantine.Operations.RequeueAsync(record.QuarantineId, new RequeueRequest(GivenClaim.By, Force: true), default));

        Assert.Equal(record, _quarantine.Current(record));
        Assert.Empty(_quarantine.Sent);
    }

    private QuarantineRecord Conflict(byte[] body) => _quarantine.Add(Encoding.UTF8.GetString(body), MessageState.Conflict, "p-1");

    private async Task<RedeliveryAnswer> ApplyAsync(QuarantineRecord record, bool force = false) =>
        Assert.IsType<ApplyAnswer.Answered>(await Application.ApplyAsync(record.QuarantineId, GivenClaim.By, force, CancellationToken.None)).Redelivery;
}
