using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class QuarantineTests
{
    private const string Sound = """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"p-1"}""";

    private readonly OperatorWorld _world = new();

    [Fact]
    public async Task Requeue_AsItIs_SendsTheExactBytesAndSaysWhoWhyWhenAndAsWhat()
    {
        var id = await AddAsync(Sound, MessageState.Conflict, "p-1");

        Assert.Equal(AnswerKind.Done, (await RequeueAsync(id)).Kind);

        Assert.Equal([Sound], _world.Sent);
        var record = await CurrentAsync(id);
        Assert.Equal([QuarantineStatus.Requeuing, QuarantineStatus.Requeued], record.History.Select(entry => entry.Status));
        Assert.All(record.History, entry => Assert.Equal(("ann", "asked by phone"), (entry.Actor, entry.Reason)));
        Assert.Equal(("sent-1", null), (record.History[^1].MessageId, record.Correction));
        Assert.Equal((AuditActions.Requeue, id, "p-1", AuditEntry.Accepted), Told(Assert.Single(_world.Audit)));
        Assert.Equal(2, _world.Logged.Count);
        Assert.All(_world.Logged, line => Assert.Contains(id, line, StringComparison.Ordinal));
        Assert.All(_world.Logged, line => Assert.DoesNotContain("RISK_REJECT", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requeue_SameKeyAgain_IsARepeatAndAnotherChangeWithItIsNot()
    {
        var id = await AddAsync(Sound);
        var request = new RequeueRequest(OperatorWorld.By) { IdempotencyKey = "k" };
        await Operations.RequeueAsync(id, request, CancellationToken.None);

        var again = await Operations.RequeueAsync(id, request, CancellationToken.None);
        var discarded = await Operations.DiscardAsync(id, new ChangeRequest(OperatorWorld.By) { IdempotencyKey = "k" }, CancellationToken.None);

        Assert.Equal((AnswerKind.Repeated, QuarantineStatus.Requeued), (again.Kind, ((QuarantineView)again.Value!).Status));
        Assert.Equal(AnswerKind.Taken, discarded.Kind);
        Assert.Single(_world.Sent);
    }

    [Fact]
    public async Task Requeue_Corrected_SendsTheCorrectionAndKeepsBoth()
    {
        var id = await AddAsync("undecodable");

        Assert.True((await RequeueAsync(id, Sound)).IsDone);

        Assert.Equal([Sound], _world.Sent);
        var record = await CurrentAsync(id);
        Assert.Equal((Sound, "undecodable"), (Encoding.UTF8.GetString(record.Correction!.Value.Span), Encoding.UTF8.GetString(record.Content.Span)));
    }

    [Fact]
    public async Task Requeue_CorrectionBreaksRules_TellsAllAndSendsNothingEvenByForce()
    {
        var id = await AddAsync("undecodable");

        var answer = await RequeueAsync(id, """{"paymentResult":{"resultStatus":"X"},"paymentTime":"noon"}""", force: true);

        Assert.Equal(["body.paymentId", "body.paymentResult.resultCode", "body.paymentResult.resultStatus", "body.paymentTime"], answer.Errors.Keys);
        await AssertUntouchedAsync(id);
    }

    [Fact]
    public async Task Requeue_AsItIsAndStillRefused_NeedsForce()
    {
        var id = await AddAsync("undecodable");

        Assert.Contains("would be refused again", Assert.Single((await RequeueAsync(id)).Errors["force"]), StringComparison.Ordinal);
        await AssertUntouchedAsync(id);

        Assert.True((await RequeueAsync(id, force: true)).IsDone);
        Assert.Contains("would be refused again", Assert.Single((await CurrentAsync(id)).History[0].Overrode!.Value), StringComparison.Ordinal);
        Assert.Contains("would be refused again", _world.Logged[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requeue_CorrectionOfAnotherPayment_NeedsForce()
    {
        var id = await AddAsync("undecodable", paymentId: "p-2");

        Assert.Contains("another payment", Assert.Single((await RequeueAsync(id, Sound)).Errors["force"]), StringComparison.Ordinal);
        await AssertUntouchedAsync(id);
        Assert.True((await RequeueAsync(id, Sound, force: true)).IsDone);
    }

    [Theory]
    [InlineData(400, null, false)]
    [InlineData(401, null, true)]
    [InlineData(1, 401, true)]
    [InlineData(1, 400, false)]
    [InlineData(401, 1, true)]
    public async Task Requeue_OlderThanClaimsAreKept_NeedsForce(int daysOnTheQueue, int? daysSinceTheClaim, bool needsForce)
    {
        // A minute is left for the test itself.
        var since = OperatorWorld.Now.AddMinutes(1);
        var id = await AddAsync(
            Sound, MessageState.Conflict, "p-1", since.AddDays(-daysOnTheQueue), daysSinceTheClaim is { } days ? since.AddDays(-days) : null);

        var answer = await RequeueAsync(id);

        Assert.Equal(!needsForce, answer.IsDone);
        if (needsForce)
        {
            Assert.Contains("claims are kept (400 days)", Assert.Single(answer.Errors["force"]), StringComparison.Ordinal);
            Assert.True((await RequeueAsync(id, force: true)).IsDone);
        }
    }

    [Fact]
    public async Task Requeue_DoesNotFitTheQueue_IsRefusedEvenByForce()
    {
        // In base64, because they are no text, they are too many.
        var id = await AddAsync(Enumerable.Repeat((byte)0xFF, 60_000).ToArray(), MessageState.Conflict);

        Assert.Equal(["body"], (await RequeueAsync(id, force: true)).Errors.Keys);
        await AssertUntouchedAsync(id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../other")]
    [InlineData("20260301/0000000000000000000-m.json")]
    public async Task Changes_NoSuchRecord_SaySo(string id)
    {
        Assert.Equal(AnswerKind.Unknown, (await RequeueAsync(id)).Kind);
        Assert.Equal(AnswerKind.Unknown, (await DiscardAsync(id)).Kind);
    }

    [Fact]
    public async Task Discard_Waiting_KeepsTheRecordWithWhoAndWhyAndIsNotUndone()
    {
        var id = await AddAsync("undecodable");

        Assert.True((await DiscardAsync(id)).IsDone);

        var record = await CurrentAsync(id);
        Assert.Equal((QuarantineStatus.Discarded, "ann", "undecodable"), (record.Status, record.History[0].Actor, Encoding.UTF8.GetString(record.Content.Span)));
        Assert.Equal((AuditActions.Discard, id, null, AuditEntry.Accepted), Told(Assert.Single(_world.Audit)));
        Assert.Equal(AnswerKind.Taken, (await RequeueAsync(id, force: true)).Kind);
        Assert.Equal("The record is Discarded, by ann.", (await DiscardAsync(id)).Detail);
        Assert.Empty(_world.Sent);
    }

    [Fact]
    public async Task Changes_AuditLogDown_ChangeNothing()
    {
        var id = await AddAsync(Sound, MessageState.Conflict);
        _world.AuditIsDown = true;

        await Assert.ThrowsAsync<AuditUnavailableException>(() => RequeueAsync(id));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => DiscardAsync(id));

        await AssertUntouchedAsync(id);
    }

    [Fact]
    public async Task Requeue_ManyOperatorsAtOnce_OneSendsAndTheOthersLearnWho()
    {
        const int Operators = 8;
        var id = await AddAsync(Sound, MessageState.Conflict);
        // Every operator has read the record before one writes it.
        var (reading, allHaveRead) = (Operators, new TaskCompletionSource());
        _world.AtBlob = what =>
        {
            if (what == "read" && Interlocked.Decrement(ref reading) == 0)
            {
                allHaveRead.SetResult();
            }

            return what == "read" && reading >= 0 ? allHaveRead.Task : Task.CompletedTask;
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, Operators).Select(number => Task.Run(() =>
            Operations.RequeueAsync(id, new RequeueRequest(new OperatorStatement($"operator-{number}", "why")), CancellationToken.None))));

        Assert.Single(answers, answer => answer.Kind == AnswerKind.Done);
        var winner = (await CurrentAsync(id)).History[0].Actor;
        Assert.All(answers.Where(answer => answer.Kind != AnswerKind.Done), answer =>
        {
            Assert.Equal(AnswerKind.Taken, answer.Kind);
            Assert.Contains(winner, answer.Detail, StringComparison.Ordinal);
        });
        Assert.Single(_world.Sent);
        Assert.Equal(Operators - 1, _world.Audit.Count(entry => entry.Outcome.StartsWith(AuditEntry.RefusedPrefix, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("before the send", 0)]
    [InlineData("after the send", 1)]
    [InlineData("before the last write", 1)]
    public async Task Requeue_CutOffMidway_IsEndedLaterWithTheSameBytes(string where, int sentByTheFirst)
    {
        var id = await AddAsync("undecodable");
        var writes = 0;
        _world.BeforeSend = where == "before the send" ? () => throw new IOException("cut off") : null;
        _world.AfterSend = where == "after the send" ? () => throw new IOException("cut off") : null;
        _world.AtBlob = what => what == "write" && ++writes == 2 && where == "before the last write" ? throw new IOException("cut off") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => RequeueAsync(id, Sound));
        (_world.BeforeSend, _world.AfterSend, _world.AtBlob) = (null, null, _ => Task.CompletedTask);

        // It is not lost: the record says how far it came, and with which bytes.
        Assert.Equal((QuarantineStatus.Requeuing, sentByTheFirst), ((await CurrentAsync(id)).Status, _world.Sent.Count));

        // Nobody else begins as long as the first one may still be at it, and it is not discarded either.
        Assert.Equal(AnswerKind.Taken, (await RequeueAsync(id)).Kind);
        Assert.Equal(AnswerKind.Taken, (await DiscardAsync(id)).Kind);

        _world.Time.Set(Quarantine.TakeOverAfter);
        Assert.Equal(["body"], (await RequeueAsync(id, Sound.Replace("RISK_REJECT", "OTHER", StringComparison.Ordinal), force: true)).Errors.Keys);
        Assert.True((await RequeueAsync(id)).IsDone);

        Assert.Equal((QuarantineStatus.Requeued, sentByTheFirst + 1), ((await CurrentAsync(id)).Status, _world.Sent.Count));
        Assert.All(_world.Sent, sent => Assert.Equal(Sound, sent));
    }

    [Fact]
    public async Task Requeue_TakenOverWhileItWasSlow_IsDoneTwiceWithTheSameBytesAndLoggedSo()
    {
        var id = await AddAsync(Sound, MessageState.Conflict);
        _world.AfterSend = async () =>
        {
            _world.AfterSend = null;
            _world.Time.Set(Quarantine.TakeOverAfter);
            Assert.True((await RequeueAsync(id)).IsDone);
        };

        Assert.True((await RequeueAsync(id)).IsDone);

        Assert.Equal([Sound, Sound], _world.Sent);
        Assert.Contains(_world.Logged, line => line.Contains("is a duplicate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Api_RecordShownRequeuedAndDiscarded_AnswersAsTheDocumentSays()
    {
        var (id, other) = (await AddAsync(Sound, MessageState.Conflict, "p-1"), await AddAsync("undecodable"));
        await using var api = await _world.ServeAsync();

        var without = await api.GetAsync($"quarantine/{id}");
        var with = await api.GetAsync($"quarantine/{id}?body=true");
        var missing = await api.PostAsync($"quarantine/{id}/requeue", """{"force":true}""");
        var requeued = await api.PostAsync($"quarantine/{id}/requeue", """{"actor":"ann","reason":"why"}""");
        var again = await api.PostAsync($"quarantine/{id}/discard", """{"actor":"ann","reason":"why"}""");
        var discarded = await api.PostAsync($"quarantine/{other}/discard", """{"actor":"ann","reason":"why"}""");

        Assert.Equal((200, 200, 400, 202, 409, 200), (without.Status, with.Status, missing.Status, requeued.Status, again.Status, discarded.Status));
        Assert.False(JsonDocument.Parse(without.Text).RootElement.TryGetProperty("body", out _));
        Assert.Equal(Sound, Encoding.UTF8.GetString(JsonDocument.Parse(with.Text).RootElement.GetProperty("body").GetBytesFromBase64()));
        Assert.Equal(["actor", "reason"], PaymentApiTests.Fields(missing.Text));
        Assert.Contains("Requeued, by ann", again.Text, StringComparison.Ordinal);
        Assert.Equal(400, (await api.GetAsync($"quarantine/{id}?body=yes")).Status);
        Assert.Equal(404, (await api.GetAsync("quarantine/20260301/none")).Status);
        Assert.Equal(404, (await api.PostAsync("quarantine/20260301/none/discard", """{"actor":"ann","reason":"why"}""")).Status);
    }

    [Fact]
    public async Task Api_RecordOfAnotherVersion_Is409()
    {
        var id = await AddAsync(Sound, MessageState.Conflict);
        await _world.Blobs.GetBlobClient(id).UploadAsync(BinaryData.FromString("{}"), new Azure.Storage.Blobs.Models.BlobUploadOptions { Conditions = new() }, CancellationToken.None);
        await using var api = await _world.ServeAsync();

        Assert.Equal(409, (await api.GetAsync($"quarantine/{id}")).Status);
        Assert.Equal(409, (await api.PostAsync($"quarantine/{id}/discard", """{"actor":"ann","reason":"why"}""")).Status);
    }

    private Quarantine Operations => _world.Services.GetRequiredService<Quarantine>();

    private static (string, string?, string?, string) Told(AuditEntry entry) => (entry.Action, entry.QuarantineId, entry.PaymentId, entry.Outcome);

    private Task<string> AddAsync(string content, MessageState state = MessageState.Invalid, string? paymentId = null, DateTimeOffset? insertedAt = null, DateTimeOffset? claimedAt = null) =>
        AddAsync(Encoding.UTF8.GetBytes(content), state, paymentId, insertedAt, claimedAt);

    private async Task<string> AddAsync(byte[] content, MessageState state, string? paymentId = null, DateTimeOffset? insertedAt = null, DateTimeOffset? claimedAt = null)
    {
        var record = new QuarantineRecord
        {
            State = state,
            MessageId = Guid.NewGuid().ToString(),
            InsertedAt = insertedAt ?? OperatorWorld.Now.AddDays(-1),
            QuarantinedAt = OperatorWorld.Now,
            PaymentId = paymentId,
            ClaimedAt = claimedAt,
            Reasons = [new Violation("$", "a rule", Severity.Refuse, "a shape")],
            Content = content,
        };
        await _world.KeepAsync(record);
        return record.QuarantineId;
    }

    private async Task<QuarantineRecord> CurrentAsync(string id) => (await _world.FindRecordAsync(id))!;

    private Task<Answer> DiscardAsync(string id) => Operations.DiscardAsync(id, new ChangeRequest(OperatorWorld.By), CancellationToken.None);

    private Task<Answer> RequeueAsync(string id, string? body = null, bool force = false)
    {
        // Not in a conditional expression: there null would become an empty memory.
        var request = new RequeueRequest(OperatorWorld.By) { Force = force };
        return Operations.RequeueAsync(id, body is null ? request : request with { Body = Encoding.UTF8.GetBytes(body) }, CancellationToken.None);
    }

    private async Task AssertUntouchedAsync(string id)
    {
        var record = await CurrentAsync(id);
        Assert.Equal((QuarantineStatus.Waiting, 0), (record.Status, record.History.Length));
        Assert.Empty(_world.Sent);
        Assert.Empty(_world.Logged);
    }
}
