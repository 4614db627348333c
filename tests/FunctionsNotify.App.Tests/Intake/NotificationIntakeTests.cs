using CsCheck;

namespace FunctionsNotify.App.Tests.Core;

public sealed class NotificationIntakeTests
{
    private readonly InMemoryHost _host = new();

    private Task<IntakeResult> AcceptAsync(string body, string messageId = "m-1") =>
        _host.Intake.AcceptAsync(InMemoryHost.Message(body, messageId), CancellationToken.None);

    [Fact]
    public async Task AcceptAsync_NewPayment_ClaimsThenStartsWithTheExactBytes()
    {
        var body = " " + InMemoryHost.Body() + "\n";
        var result = await AcceptAsync(body);
        Assert.Equal(new IntakeResult(IntakeVerdict.Accepted, "p-1", "np-p-1"), result);
        var input = Assert.Single(_host.Started).Value;
        Assert.Equal(body, System.Text.Encoding.UTF8.GetString(input.Body.Span));
        Assert.Equal(("p-1", "00-trace", Given.Start), (input.PaymentId, input.TraceParent, input.AcceptedAt));
        Assert.Equal("m-1", _host.Claims["p-1"].FirstMessageId);
        Assert.Empty(_host.Outcomes);
    }

    [Fact]
    public async Task AcceptAsync_NewPayment_ItsMessagesTimeGoesToTheDeliveryAndTheClaim()
    {
        await AcceptAsync(InMemoryHost.Body());

        Assert.Equal(Given.Start.AddSeconds(-1), Assert.Single(_host.Started).Value.EnqueuedAt);
        // The local host records the delivery together with the claim.
        Assert.Equal((Given.Start.AddSeconds(-1), "00-trace"), (_host.Claims["p-1"].EnqueuedAt, _host.Claims["p-1"].TraceParent));
    }

    [Fact]
    public async Task AcceptAsync_CopyOfThePoisonQueueOrAnotherMessage_HasNoTimeOfItsOwn()
    {
        await _host.Intake.AcceptAsync(InMemoryHost.Message(InMemoryHost.Body()) with { FromPoisonQueue = true }, default);
        Assert.Null(Assert.Single(_host.Started).Value.EnqueuedAt);

        _host.Started.Clear();
        await AcceptAsync(InMemoryHost.Body(), "m-2");
        Assert.Null(Assert.Single(_host.Started).Value.EnqueuedAt);
    }

    [Fact]
    public async Task AcceptAsync_SameContentWrittenDifferently_IsADuplicateAndSendsTheFirstBytes()
    {
        await AcceptAsync(InMemoryHost.Body());
        var result = await AcceptAsync("""{ "paymentId": "p-1", "paymentRequestId": null, "paymentResult": {"resultCode":"RISK_REJECT","resultStatus":"F"} }""", "m-2");
        Assert.Equal(IntakeVerdict.Duplicate, result.Verdict);
        Assert.Equal(1, _host.Claims["p-1"].Duplicates);
        Assert.Equal(InMemoryHost.Body(), System.Text.Encoding.UTF8.GetString(Assert.Single(_host.Started).Value.Body.Span));
        Assert.Empty(_host.Outcomes);
    }

    [Fact]
    public async Task AcceptAsync_OtherContent_IsAConflictAndIsKeptNotSent()
    {
        await AcceptAsync(InMemoryHost.Body());
        var result = await AcceptAsync(InMemoryHost.Body(code: "OTHER"), "m-2");
        Assert.Equal(IntakeVerdict.Conflict, result.Verdict);
        Assert.Single(_host.Started);
        var outcome = Assert.IsType<MessageOutcome>(Assert.Single(_host.Outcomes));
        Assert.Equal((MessageState.Conflict, "p-1", "m-2:Conflict"), (outcome.State, outcome.PaymentId, outcome.OutcomeId));
        Assert.Equal(_host.Claims["p-1"].AcceptedAt, Assert.Single(_host.Quarantine.Values).ClaimedAt);
        Assert.Equal(InMemoryHost.Body(code: "OTHER"), System.Text.Encoding.UTF8.GetString(_host.Quarantine[outcome.QuarantineId].Content.Span));
    }

    [Theory]
    [InlineData("undecodable", null)]
    [InlineData("{", null)]
    [InlineData("""{"paymentId":"p-9"}""", "p-9")]
    public async Task AcceptAsync_Invalid_IsKeptWithItsReasons(string body, string? paymentId)
    {
        var result = await AcceptAsync(body);
        Assert.Equal(new IntakeResult(IntakeVerdict.Invalid, paymentId, null), result);
        var outcome = Assert.IsType<MessageOutcome>(Assert.Single(_host.Outcomes));
        Assert.Equal((MessageState.Invalid, paymentId), (outcome.State, outcome.PaymentId));
        Assert.NotEmpty(outcome.Reasons);
        Assert.Single(_host.Quarantine);
        Assert.Empty(_host.Claims);
    }

    [Fact]
    public async Task AcceptAsync_KnownContentOfAnEndedDelivery_IsADuplicateAndStartsNothing()
    {
        await AcceptAsync(InMemoryHost.Body());
        await _host.FinishAsync("p-1", "np-p-1", DeliveryState.Delivered, Given.Start, CancellationToken.None);
        _host.Started.Clear();
        Assert.Equal(IntakeVerdict.Duplicate, (await AcceptAsync(InMemoryHost.Body(), "m-2")).Verdict);
        Assert.Empty(_host.Started);
    }

    [Fact]
    public async Task AcceptAsync_FailedInstanceUnderAnOpenClaim_IsBrokenAndKept()
    {
        _host.Broken.Add("np-p-1");
        Assert.Equal(IntakeVerdict.Broken, (await AcceptAsync(InMemoryHost.Body())).Verdict);
        Assert.Equal(DeliveryState.Open, _host.Claims["p-1"].State);
    }

    [Fact]
    public async Task AcceptAsync_ClaimWithoutStart_TheNextMessageHealsIt()
    {
        _host.CallsUntilFault = 1;
        await Assert.ThrowsAsync<IOException>(() => AcceptAsync(InMemoryHost.Body()));
        Assert.Empty(_host.Started);

        _host.CallsUntilFault = null;
        Assert.Equal(IntakeVerdict.Accepted, (await AcceptAsync(InMemoryHost.Body())).Verdict);

        Assert.Single(_host.Started);
        Assert.Equal(0, _host.Claims["p-1"].Duplicates);
    }

    [Fact]
    public void AcceptAsync_FaultAtAnyCall_NothingIsLostAndNothingContradictoryStarts() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 8], Gen.Bool).Array[1, 12].Sample(
            messages =>
            {
                var host = new InMemoryHost();
                for (var number = 0; number < messages.Length; number++)
                {
                    var (payment, variant, fault, effect) = messages[number];
                    var body = payment == 2 ? "undecodable" : InMemoryHost.Body($"p-{payment}", $"CODE_{variant}");
                    (host.CallsUntilFault, host.EffectBeforeFault) = (fault, effect);
                    for (var tries = 0; ; tries++)
                    {
                        try
                        {
                            host.Intake.AcceptAsync(InMemoryHost.Message(body, $"m-{number}"), CancellationToken.None).GetAwaiter().GetResult();
                            break;
                        }
                        catch (IOException)
                        {
                            // The queue hands the message out again.
                            Assert.True(tries < 2);
                        }
                    }
                }

                for (var payment = 0; payment < 2; payment++)
                {
                    var mine = messages.Index().Where(item => item.Item.Item1 == payment).ToArray();
                    var first = mine.Length == 0 ? -1 : mine[0].Item.Item2;
                    Assert.Equal(mine.Length > 0, host.Started.ContainsKey($"np-p-{payment}"));
                    foreach (var (number, item) in mine)
                    {
                        var conflicts = host.Outcomes.OfType<MessageOutcome>().Where(outcome => outcome.MessageId == $"m-{number}").Select(outcome => outcome.OutcomeId).Distinct();
                        Assert.Equal(item.Item2 == first ? [] : [$"m-{number}:Conflict"], conflicts);
                    }

                    if (first >= 0)
                    {
                        Assert.Equal(InMemoryHost.Body($"p-{payment}", $"CODE_{first}"), System.Text.Encoding.UTF8.GetString(host.Started[$"np-p-{payment}"].Body.Span));
                    }
                }

                Assert.Equal(
                    messages.Index().Where(item => item.Item.Item1 == 2).Select(item => $"m-{item.Index}:Invalid"),
                    host.Outcomes.OfType<MessageOutcome>().Where(outcome => outcome.State == MessageState.Invalid).Select(outcome => outcome.OutcomeId).Distinct());
            },
            iter: 400,
            threads: 1);

    [Fact]
    public async Task AcceptAsync_TwoBodiesAtOnce_OneDeliveryAndOneConflict()
    {
        for (var round = 0; round < 200; round++)
        {
            var payment = $"p-{round}";
            using var barrier = new Barrier(2);
            var results = await Task.WhenAll(new[] { "A", "B" }.Select(code => Task.Run(() =>
            {
                barrier.SignalAndWait();
                return AcceptAsync(InMemoryHost.Body(payment, code), $"m-{round}-{code}");
            })));
            Assert.Equal([IntakeVerdict.Accepted, IntakeVerdict.Conflict], results.Select(result => result.Verdict).Order());
        }

        Assert.Equal(200, _host.Started.Count);
    }
}
