using System.Net;
using System.Text;
using System.Text.Json;
using FunctionsNotify.Simulator;

namespace FunctionsNotify.Scenarios.AnyHost;

/// <summary>Redelivery and correction: one new delivery for each, whoever asks for it and however often.</summary>
public sealed class RedeliveryScenarios : SharedHostScenarios
{
    private static readonly object By = new { actor = "ann", reason = "scenario" };

    [Fact]
    public async Task Redeliver_Rejected_DeliversTheSameBytesUnderANewDeliveryThatNamesTheOld()
    {
        var payment = await RejectedAsync("redeliver");

        var (status, answer) = await Host.Api.RedeliverAsync(payment.Id);
        Assert.Equal(HttpStatusCode.Accepted, status);

        var outcome = await OutcomeOfAsync(payment, answer.GetProperty("deliveryId").GetString()!);
        Assert.Equal(("Delivered", payment.DeliveryId(1)), (outcome.State, outcome.Supersedes));
        var received = await Host.ReceivedAsync(payment.Id);
        Assert.Equal(2, received.Count);
        Assert.All(received, request => Assert.Equal(payment.Body, Encoding.UTF8.GetBytes(request.BodyText!)));
        Assert.Single(Host.Outcomes.Deliveries(payment.Id), found => found.OutcomeId == outcome.OutcomeId);
    }

    [Fact]
    public async Task Redeliver_SameKeyManyTimesAtOnceAndAfterTheEnd_MakesOneDeliveryAndTellsAllOfIt()
    {
        var payment = await RejectedAsync("redeliver-key");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Host.Api.RedeliverAsync(payment.Id, key: "one-key")));
        await OutcomeOfAsync(payment, payment.DeliveryId(2));
        var late = await Host.Api.RedeliverAsync(payment.Id, key: "one-key");

        Assert.All(answers.Append(late), answer => Assert.Equal((HttpStatusCode.Accepted, payment.DeliveryId(2)), (answer.Status, answer.Answer.GetProperty("deliveryId").GetString())));
        Assert.Single(answers, answer => !answer.Answer.GetProperty("isRepeat").GetBoolean());
        Assert.True(late.Answer.GetProperty("isRepeat").GetBoolean());
        Assert.Equal(2, (await Host.ReceivedAsync(payment.Id)).Count);
    }

    [Fact]
    public async Task Redeliver_TwoOperatorsAtOnce_OneWinsAndTheOtherIsTold()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            var payment = await RejectedAsync("redeliver-two", ScriptStep.Success with { Delay = TimeSpan.FromSeconds(1) });

            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(number => Host.Api.RedeliverAsync(payment.Id, new { actor = $"operator-{number}", reason = "scenario" })));

            Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
            await OutcomeOfAsync(payment, payment.DeliveryId(2));
            Assert.Equal(2, (await Host.ReceivedAsync(payment.Id)).Count);
        }));
    }

    [Fact]
    public async Task Redeliver_WhileAnotherRuns_Is409AndCancelOfItStillWorks()
    {
        var payment = await RejectedAsync("redeliver-open", ScriptStep.Unknown());
        await Host.Api.RedeliverAsync(payment.Id);
        await Host.Api.WaitForAttemptAsync(payment, 4);

        var (status, answer) = await Host.Api.RedeliverAsync(payment.Id, new { actor = "ann", reason = "scenario", force = true });

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("not ended", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await Host.Api.CommandAsync(payment.Id, "cancel")).Status);
        Assert.Equal("Cancelled", (await OutcomeOfAsync(payment, payment.DeliveryId(2))).State);
    }

    [Fact]
    public async Task Cancel_AgainstTheRedeliverysAttemptInFlight_TheAttemptsResultWins()
    {
        var payment = await RejectedAsync("redeliver-cancel", ScriptStep.Success with { Delay = TimeSpan.FromSeconds(1) });
        await Host.Api.RedeliverAsync(payment.Id);
        await Host.ReceivedAsync(payment, 2);

        var (status, _) = await Host.Api.CommandAsync(payment.Id, "cancel");

        Assert.Contains(status, (HttpStatusCode[])[HttpStatusCode.Accepted, HttpStatusCode.Conflict]);
        Assert.Equal("Delivered", (await OutcomeOfAsync(payment, payment.DeliveryId(2))).State);
    }

    [Fact]
    public async Task Redeliver_Delivered_OnlyByForce()
    {
        var payment = Payment.Succeeded("redeliver-force");
        (await Host.DeliverAsync(payment, ScriptStep.Success)).Is("Delivered", sends: 1);

        Assert.Equal(HttpStatusCode.Conflict, (await Host.Api.RedeliverAsync(payment.Id)).Status);
        Assert.Single(await Host.ReceivedAsync(payment.Id));
        Assert.Equal(HttpStatusCode.Accepted, (await Host.Api.RedeliverAsync(payment.Id, new { actor = "ann", reason = "scenario", force = true })).Status);

        Assert.Equal("Delivered", (await OutcomeOfAsync(payment, payment.DeliveryId(2))).State);
        Assert.Equal(2, (await Host.ReceivedAsync(payment.Id)).Count);
    }

    [Fact]
    public async Task Redeliver_Correction_IsSentAsGivenAndLateMessagesOfBothAreDuplicates()
    {
        var payment = await RejectedAsync("correct");
        var corrected = payment.Contradicted();

        var (status, _) = await Host.Api.RedeliverAsync(payment.Id, new { actor = "ann", reason = "scenario", body = JsonDocument.Parse(corrected.Body).RootElement });
        Assert.Equal(HttpStatusCode.Accepted, status);
        await OutcomeOfAsync(payment, payment.DeliveryId(2));
        string[] late = [await Host.EnqueueAsync(payment), await Host.EnqueueAsync(corrected)];
        await Host.Api.WaitAsync(payment.Id, answer => answer.Duplicates == 2, HostUnderTest.Patience, "to count both duplicates");

        Assert.All(late, message => Assert.Empty(Host.Outcomes.Messages(message)));
        var received = await Host.ReceivedAsync(payment.Id);
        Assert.Equal(2, received.Count);
        // The client of this test escapes it; what is sent is what it gave.
        Assert.Equal("réussi ✗", JsonDocument.Parse(received[1].BodyText!).RootElement.GetProperty("paymentResult").GetProperty("resultMessage").GetString());
    }

    [Fact]
    public async Task Redeliver_CorrectionOfTheResult_IsRefusedAlsoByForce()
    {
        var payment = await RejectedAsync("correct-result");
        var body = new { paymentResult = new { resultStatus = "F", resultCode = "RISK_REJECT" }, paymentId = payment.Id, paymentRequestId = $"req-{payment.Id}" };

        var (status, answer) = await Host.Api.RedeliverAsync(payment.Id, new { actor = "ann", reason = "scenario", force = true, body });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(answer.GetProperty("errors").TryGetProperty("body.paymentResult.resultStatus", out _));
        Assert.Single(await Host.ReceivedAsync(payment.Id));
    }

    [Theory]
    [InlineData("x' or PartitionKey ne '")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("..%2F..")]
    public async Task AnyCall_ForeignId_Is404AndEchoesNothing(string id)
    {
        var (status, answer) = await Host.Api.RedeliverAsync(id);
        var (audit, entries) = await Host.Api.ReadJsonAsync($"audit?paymentId={Uri.EscapeDataString(id)}");
        var (quarantine, records) = await Host.Api.ReadJsonAsync($"quarantine?paymentId={Uri.EscapeDataString(id)}");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.DoesNotContain("script", answer.GetRawText(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, 0), (audit, entries.GetProperty("items").GetArrayLength()));
        Assert.Equal((HttpStatusCode.OK, 0), (quarantine, records.GetProperty("items").GetArrayLength()));
    }

    [Fact]
    public async Task Bulk_DryRunRunAndRunAgain_DeliversEachOnce()
    {
        var payments = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RejectedAsync("bulk")));
        string[] ids = [.. payments.Select(payment => payment.Id), Payment.NewId("bulk-unknown")];
        var dry = await Host.Api.PostAsync("bulk/notifications/redeliver", new { actor = "ann", reason = "scenario", paymentIds = ids, dryRun = true });
        var run = await Host.Api.PostAsync("bulk/notifications/redeliver", new { actor = "ann", reason = "scenario", paymentIds = ids }, key: $"bulk-{ids[0]}");
        var again = await Host.Api.PostAsync("bulk/notifications/redeliver", new { actor = "ann", reason = "scenario", paymentIds = ids }, key: $"bulk-{ids[0]}");

        Assert.Equal([.. Enumerable.Repeat("WouldDo", 5), "Unknown"], Verdicts(dry.Answer));
        Assert.Equal([.. Enumerable.Repeat("Done", 5), "Unknown"], Verdicts(run.Answer));
        Assert.Equal([.. Enumerable.Repeat("AlreadyDone", 5), "Unknown"], Verdicts(again.Answer));
        foreach (var payment in payments)
        {
            Assert.Equal("Delivered", (await OutcomeOfAsync(payment, payment.DeliveryId(2))).State);
            Assert.Equal(2, (await Host.ReceivedAsync(payment.Id)).Count);
        }
    }

    [Fact]
    public async Task Audit_OfAPayment_TellsWhoDidWhatAndWhatWasRefused()
    {
        var payment = await RejectedAsync("audit");
        await Host.Api.RedeliverAsync(payment.Id, new { actor = "ann", reason = "<b>why</b>" });
        await OutcomeOfAsync(payment, payment.DeliveryId(2));
        await Host.Api.RedeliverAsync(payment.Id, By);

        var (_, page) = await Host.Api.ReadJsonAsync($"audit?paymentId={payment.Id}");

        var entries = page.GetProperty("items").EnumerateArray().Select(entry =>
            (entry.GetProperty("action").GetString(), entry.GetProperty("reason").GetString(), entry.GetProperty("outcome").GetString()![..7])).ToList();
        Assert.Equal([("redeliver", "scenario", "refused"), ("redeliver", "<b>why</b>", "accepte")], entries);
    }

    [Fact]
    public async Task Redeliver_WithTheBodyOfAConflict_CorrectsItsPaymentOnceAndTheRecordIsDiscarded()
    {
        var payment = await RejectedAsync("conflict-body");
        var message = await Host.EnqueueAsync(payment.Contradicted());
        var id = (await Host.Outcomes.MessageAsync(message)).QuarantineId!;

        var (_, record) = await Host.Api.ReadJsonAsync($"quarantine/{id}?body=true");
        var body = record.GetProperty("body").GetBytesFromBase64();
        var correction = new { actor = "ann", reason = "scenario", body = JsonDocument.Parse(body).RootElement };
        var (status, answer) = await Host.Api.RedeliverAsync(payment.Id, correction, "conflict");
        var again = await Host.Api.RedeliverAsync(payment.Id, correction, "conflict");
        var discard = await Host.Api.PostAsync($"quarantine/{id}/discard", By);

        Assert.Equal(payment.Contradicted().Body, body);
        Assert.Equal((HttpStatusCode.Accepted, payment.DeliveryId(2), false), (status, answer.GetProperty("deliveryId").GetString(), answer.GetProperty("isRepeat").GetBoolean()));
        Assert.Equal((HttpStatusCode.Accepted, payment.DeliveryId(2), true), (again.Status, again.Answer.GetProperty("deliveryId").GetString(), again.Answer.GetProperty("isRepeat").GetBoolean()));
        Assert.Equal(HttpStatusCode.OK, discard.Status);
        Assert.Equal("Delivered", (await OutcomeOfAsync(payment, payment.DeliveryId(2))).State);
        using var sent = JsonDocument.Parse((await Host.ReceivedAsync(payment.Id))[^1].BodyText!);
        Assert.Contains("✗", sent.RootElement.GetProperty("paymentResult").GetProperty("resultMessage").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_RequeueCorrectedAndDiscard_ByHttp()
    {
        var payment = Payment.Succeeded("requeue");
        var invalid = Encoding.UTF8.GetString(payment.Body).Replace("SUCCESS", "FAILED", StringComparison.Ordinal);
        string[] messages = [await Host.EnqueueAsync(invalid), await Host.EnqueueAsync(invalid)];
        var ids = new List<string>();
        foreach (var message in messages)
        {
            ids.Add((await Host.Outcomes.MessageAsync(message)).QuarantineId!);
        }

        var (_, list) = await Host.Api.ReadJsonAsync($"quarantine?state=Invalid&status=Waiting&paymentId={payment.Id}&pageSize=1");
        var (_, rest) = await Host.Api.ReadJsonAsync($"quarantine?state=Invalid&status=Waiting&paymentId={payment.Id}&pageSize=1&continuationToken={list.GetProperty("continuationToken").GetString()}");
        var refused = await Host.Api.PostAsync($"quarantine/{ids[0]}/requeue", By);
        var requeued = await Host.Api.PostAsync($"quarantine/{ids[0]}/requeue", new { actor = "ann", reason = "scenario", body = JsonDocument.Parse(payment.Body).RootElement });
        var discarded = await Host.Api.PostAsync($"quarantine/{ids[1]}/discard", By);
        var taken = await Host.Api.PostAsync($"quarantine/{ids[1]}/requeue", new { actor = "ann", reason = "scenario", force = true });

        Assert.Equal(ids.Order(), new[] { list, rest }.Select(page => Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("quarantineId").GetString()!).Order());
        Assert.False(list.GetProperty("items")[0].TryGetProperty("body", out _));
        Assert.Equal(
            [HttpStatusCode.BadRequest, HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Conflict],
            new[] { refused, requeued, discarded, taken }.Select(answer => answer.Status));
        Assert.Equal("Delivered", (await Host.Outcomes.DeliveryAsync(payment.Id, HostUnderTest.Patience)).State);
    }

    [Theory]
    [InlineData("quarantine/20260301/none.json")]
    [InlineData("quarantine/20260301/2516000000000000000-none.json")]
    [InlineData("quarantine/..%2F..%2Fother/x.json")]
    public async Task Quarantine_UnknownRecord_Is404(string path)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Host.Api.ReadJsonAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Host.Api.PostAsync($"{path}/requeue", By)).Status);
    }

    // The first delivery is refused, whatever the last ones come to.
    private async Task<Payment> RejectedAsync(string scenario, ScriptStep? then = null)
    {
        var payment = Payment.Succeeded(scenario);
        (await Host.DeliverAsync(payment, ScriptStep.Failure("PROCESS_FAIL"), then ?? ScriptStep.Success)).Is("Rejected", sends: 1);
        return payment;
    }

    private Task<Outcome> OutcomeOfAsync(Payment payment, string deliveryId) => Host.Outcomes.DeliveryAsync(payment.Id, HostUnderTest.Patience, deliveryId);

    private static string[] Verdicts(JsonElement answer) => [.. answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("verdict").GetString()!)];
}
