namespace FunctionsNotify.App.Tests.Operators;

public sealed class RedeliveryTests
{
    private readonly RepairHost _host = Ended();

    [Fact]
    public async Task Redeliver_Ended_WritesAuditRowClaimAndStartsAndNamesWhatItSupersedes()
    {
        var answer = await RedeliverAsync(_host);

        Assert.Equal(new RedeliveryAnswer.Redelivered("np-p-1~2", 2, "np-p-1", IsRepeat: false), answer);
        Assert.Equal(["row", "claim", "start"], _host.Steps);
        Assert.NotNull(_host.Rows["np-p-1~2"].StartingSince);
        Assert.Equal("np-p-1", Assert.Single(_host.Started).Supersedes);
        var entry = Assert.Single(_host.Audit.Values);
        Assert.Equal((AuditActions.Redeliver, "p-1", "np-p-1~2", "ann", AuditEntry.Accepted), (entry.Action, entry.PaymentId, entry.DeliveryId, entry.Actor, entry.Outcome));
        Assert.Equal(entry.Id, Assert.Single(_host.Claim!.History).Id);
    }

    [Fact]
    public async Task Redeliver_Correction_SendsTheCorrectedBytes()
    {
        var body = GivenClaim.Body(code: "PROCESS_FAIL");

        await RedeliverAsync(_host, new RedeliveryRequest(GivenClaim.By) { Body = body });

        Assert.Equal(body, Assert.Single(_host.Started).Body.ToArray());
        Assert.Equal(AuditActions.Correct, Assert.Single(_host.Audit.Values).Action);
    }

    [Fact]
    public async Task Redeliver_SameKeyAgain_GivesTheSameAnswerAlsoWhenThatHasEnded()
    {
        var first = await RedeliverAsync(_host, key: "k");
        var open = await RedeliverAsync(_host, key: "k");
        _host.End(DeliveryState.Delivered);
        var ended = await RedeliverAsync(_host, key: "k");

        var repeated = (RedeliveryAnswer.Redelivered)first with { IsRepeat = true };
        Assert.Equal([repeated, repeated], [open, ended]);
        Assert.Single(_host.Started);
    }

    [Fact]
    public async Task Redeliver_StateThatDoesNotAllowIt_ChangesNothingAndIsOnRecord()
    {
        _host.End(DeliveryState.Delivered);
        Assert.IsType<RedeliveryAnswer.Delivered>(await RedeliverAsync(_host));

        _host.Claim = _host.Claim! with { State = DeliveryState.Open };
        _host.Instances["np-p-1"] = InstanceStatus.Running;
        Assert.IsType<RedeliveryAnswer.Open>(await RedeliverAsync(_host));

        _host.Instances["np-p-1"] = InstanceStatus.Failed;
        Assert.IsType<RedeliveryAnswer.Broken>(await RedeliverAsync(_host));

        Assert.Empty(_host.Steps);
        Assert.Equal(3, _host.Audit.Values.Count(entry => entry.Outcome.StartsWith(AuditEntry.RefusedPrefix, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Redeliver_UnknownPaymentOrNobody_SaysSo()
    {
        Assert.IsType<RedeliveryAnswer.Unknown>(await _host.Redelivery.RedeliverAsync("other", new RedeliveryRequest(GivenClaim.By), default));
        Assert.IsType<RedeliveryAnswer.Invalid>(await RedeliverAsync(_host, new RedeliveryRequest(new OperatorStatement(null, null))));
        Assert.Empty(_host.Audit);
    }

    // The calls: claim, audit, row, reopen, start.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Redeliver_CutOffAtAnyStep_TheSameCallAgainFinishesWithOneNewDelivery(int call)
    {
        foreach (var (effectBefore, key) in new[] { (false, "k"), (true, "k"), (false, null), (true, null) })
        {
            var host = Ended();
            (host.CallsUntilFault, host.EffectBeforeFault) = (call, effectBefore);
            await Assert.ThrowsAnyAsync<Exception>(() => RedeliverAsync(host, key: key));
            host.CallsUntilFault = null;

            var again = await RedeliverAsync(host, key: key);

            // Without a key the call cannot know that the open delivery is the one it made itself.
            Assert.True(again is RedeliveryAnswer.Redelivered { DeliveryId: "np-p-1~2" } || (key is null && again is RedeliveryAnswer.Open), $"{call} {effectBefore} {key}: {again}");
            Assert.Equal("np-p-1~2", Assert.Single(host.Started).DeliveryId);
            Assert.Equal(("np-p-1~2", 2), (host.Claim!.DeliveryId, host.Claim.Generation));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the same")]
    [InlineData("one each")]
    public async Task Redeliver_ByManyAtOnce_MakesOneNewDelivery(string? keys)
    {
        for (var round = 0; round < 50; round++)
        {
            var host = Ended();
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
                Task.Run(() => RedeliverAsync(host, key: keys == "one each" ? $"key-{number}" : keys))));

            Assert.Single(host.Started);
            Assert.Single(host.Claim!.History);
            Assert.Single(answers, answer => answer is RedeliveryAnswer.Redelivered { IsRepeat: false });
            Assert.All(answers, answer => Assert.True(
                answer is RedeliveryAnswer.Redelivered { DeliveryId: "np-p-1~2" } || (keys != "the same" && answer is RedeliveryAnswer.Open), answer.ToString()));
        }
    }

    [Fact]
    public async Task Redeliver_TwoBodiesAtOnce_OneStandsAndOnlyItsCallerIsToldSo()
    {
        for (var round = 0; round < 50; round++)
        {
            var host = Ended();
            byte[][] bodies = [GivenClaim.Body(code: "PROCESS_FAIL"), GivenClaim.Body(code: "OTHER")];
            var answers = await Task.WhenAll(bodies.Select(body => Task.Run(() => RedeliverAsync(host, new RedeliveryRequest(GivenClaim.By) { Body = body }))));

            var winner = Assert.Single(Enumerable.Range(0, 2), index => answers[index] is RedeliveryAnswer.Redelivered);
            Assert.Equal(bodies[winner], host.Claim!.Body.ToArray());
            Assert.Equal(bodies[winner], Assert.Single(host.Started).Body.ToArray());
            Assert.IsType<RedeliveryAnswer.Open>(answers[1 - winner]);
        }
    }

    [Fact]
    public async Task Redeliver_AuditLogDown_ChangesNothing()
    {
        _host.AuditIsDown = true;

        await Assert.ThrowsAsync<AuditUnavailableException>(() => RedeliverAsync(_host));

        Assert.Empty(_host.Steps);
        Assert.Equal("np-p-1", _host.Claim!.DeliveryId);
    }

    [Fact]
    public async Task Foresee_Anything_ChangesNothing()
    {
        Assert.Null(await _host.Redelivery.ForeseeAsync("p-1", new RedeliveryRequest(GivenClaim.By), default));
        Assert.IsType<RedeliveryAnswer.Unknown>(await _host.Redelivery.ForeseeAsync("other", new RedeliveryRequest(GivenClaim.By), default));
        _host.Claim = _host.Claim! with { State = DeliveryState.Open };
        _host.Instances["np-p-1"] = InstanceStatus.Failed;
        Assert.IsType<RedeliveryAnswer.Broken>(await _host.Redelivery.ForeseeAsync("p-1", new RedeliveryRequest(GivenClaim.By), default));

        Assert.Empty(_host.Steps);
        Assert.Empty(_host.Audit);
    }

    private static RepairHost Ended()
    {
        var host = new RepairHost { Claim = GivenClaim.Of() };
        host.End(DeliveryState.Exhausted);
        return host;
    }

    private static Task<RedeliveryAnswer> RedeliverAsync(RepairHost host, RedeliveryRequest? request = null, string? key = null) =>
        host.Redelivery.RedeliverAsync("p-1", request ?? new RedeliveryRequest(GivenClaim.By) { IdempotencyKey = key }, CancellationToken.None);
}
