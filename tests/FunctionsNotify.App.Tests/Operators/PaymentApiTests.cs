using System.Text;
using System.Text.Json;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class PaymentApiTests : IAsyncLifetime
{
    private readonly OperatorWorld _world = new();
    private Served _api = null!;

    public async Task InitializeAsync() => _api = await _world.ServeAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Get_WaitingDelivery_ShowsStateAndAttempts()
    {
        HasWaiting();

        var payment = await GetAsync("notifications/p-1");

        Assert.Equal(("Open", 3), (payment.GetProperty("state").GetString(), payment.GetProperty("duplicates").GetInt32()));
        var delivery = payment.GetProperty("delivery");
        Assert.Equal(("Waiting", 2), (delivery.GetProperty("phase").GetString(), delivery.GetProperty("nextAttempt").GetInt32()));
        Assert.Equal("UNKNOWN_EXCEPTION", delivery.GetProperty("attempts")[0].GetProperty("result").GetProperty("resultCode").GetString());
    }

    [Fact]
    public async Task Get_RedeliveredPayment_ShowsHistoryAndTheLastEarlierDeliveriesNewestFirst()
    {
        var change = new ClaimChange
        {
            Id = "id-of-the-writer",
            Kind = ClaimChangeKind.Correction,
            DeliveryId = DeliveryIds.ForDelivery("p-1", 20),
            Generation = 20,
            At = OperatorWorld.Now,
            Actor = "ann",
            Reason = "<why>",
            IdempotencyKey = "key-of-the-caller",
        };
        var claim = OperatorWorld.ClaimIn(DeliveryState.Rejected) with { Generation = 20, DeliveryId = change.DeliveryId, History = [change] };
        _world.Has(claim);
        foreach (var generation in Enumerable.Range(1, 20).Except([18]))
        {
            _world.Is(DeliveryIds.ForDelivery("p-1", generation), OrchestrationRuntimeStatus.Completed, DeliveryReport.Of(OperatorWorld.Waiting(generation: generation)));
        }

        var payment = await GetAsync("notifications/p-1");

        var told = Assert.Single(payment.GetProperty("history").EnumerateArray());
        Assert.Equal(("Correction", 20, "ann", "<why>"), (told.GetProperty("kind").GetString(), told.GetProperty("generation").GetInt32(), told.GetProperty("actor").GetString(), told.GetProperty("reason").GetString()));
        Assert.DoesNotContain("of-the-", payment.ToString(), StringComparison.Ordinal);
        // The 18th was purged; the sixth before the last is not asked for.
        Assert.Equal(
            new[] { 19, 17, 16, 15 }.Select(generation => DeliveryIds.ForDelivery("p-1", generation)),
            payment.GetProperty("earlierDeliveries").EnumerateArray().Select(delivery => delivery.GetProperty("deliveryId").GetString()));
    }

    [Fact]
    public async Task Get_HistoryPurged_SaysWhatTheClaimKnows()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Rejected), status: null);

        var payment = await GetAsync("notifications/p-1");

        Assert.Equal(("Rejected", OperatorWorld.Now), (payment.GetProperty("state").GetString(), payment.GetProperty("endedAt").GetDateTimeOffset()));
        Assert.False(payment.TryGetProperty("delivery", out _));
    }

    [Fact]
    public async Task Get_BrokenAfterItsEndWasRecorded_HasTheClaimsEndAndAsksForNoRepair()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Exhausted), OrchestrationRuntimeStatus.Failed, DeliveryReport.Of(OperatorWorld.Waiting()));

        var payment = await GetAsync("notifications/p-1");

        Assert.Equal(("Exhausted", OperatorWorld.Now), (payment.GetProperty("state").GetString(), payment.GetProperty("endedAt").GetDateTimeOffset()));
        Assert.Equal(("Exhausted", "Final"), (payment.GetProperty("delivery").GetProperty("state").GetString(), payment.GetProperty("delivery").GetProperty("phase").GetString()));
        Assert.DoesNotContain("repair", payment.ToString(), StringComparison.Ordinal);
        Assert.Contains("outcome", payment.GetProperty("operatorAction").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("a%2Fb%20c")]
    public async Task AnyCall_UnknownPayment_Is404(string paymentId)
    {
        Assert.Equal(404, (await _api.GetAsync($"notifications/{paymentId}")).Status);
        foreach (var change in new[] { "send-now", "cancel", "repair", "redeliver" })
        {
            Assert.Equal(404, (await _api.PostAsync($"notifications/{paymentId}/{change}", """{"actor":"a","reason":"r"}""")).Status);
        }
    }

    // As the caller escapes it, and as the platform hands that on.
    [Theory]
    [InlineData("2026%2F0001")]
    [InlineData("2026%2f0001")]
    [InlineData("2026%252F0001")]
    public async Task AnyCall_IdWithASlash_IsOfThatPayment(string escaped)
    {
        _world.Has(OperatorWorld.ClaimIn(paymentId: "2026/0001"));

        Assert.Equal("2026/0001", (await GetAsync($"notifications/{escaped}")).GetProperty("paymentId").GetString());
        Assert.Equal(202, (await _api.PostAsync($"notifications/{escaped}/redeliver", """{"actor":"a","reason":"r"}""")).Status);
    }

    [Theory]
    [InlineData("send-now", CommandKind.SendNow, 2)]
    [InlineData("cancel", CommandKind.Cancel, null)]
    public async Task Command_WaitingDelivery_IsAuditedThenSentThenEnded(string path, CommandKind kind, int? expectedAttempt)
    {
        HasWaiting();

        var (status, text) = await _api.PostAsync($"notifications/p-1/{path}", """{"actor":"ann","reason":"why"}""");

        Assert.Equal(202, status);
        Assert.Equal(["audit", "command", "audit"], _world.Steps);
        var (deliveryId, command) = Assert.Single(_world.Raised);
        Assert.Equal((OperatorWorld.First, kind, expectedAttempt, "ann", "why"), (deliveryId, command.Kind, command.ExpectedAttempt, command.Actor, command.Reason));
        Assert.Equal(command.Id, JsonDocument.Parse(text).RootElement.GetProperty("commandId").GetString());
        var entry = Assert.Single(_world.Audit);
        Assert.Equal((path, "ann", "why", "p-1", OperatorWorld.First, AuditEntry.Accepted), (entry.Action, entry.Actor, entry.Reason, entry.PaymentId, entry.DeliveryId, entry.Outcome));
    }

    [Fact]
    public async Task SendNow_NamedAttempt_IsThatOne()
    {
        HasWaiting();

        await _api.PostAsync("notifications/p-1/send-now", """{"actor":"a","reason":"r","expectedAttempt":7}""");

        Assert.Equal(7, Assert.Single(_world.Raised).Command.ExpectedAttempt);
    }

    [Theory]
    [InlineData(DeliveryState.Open, OrchestrationRuntimeStatus.Pending, "being started")]
    [InlineData(DeliveryState.Open, OrchestrationRuntimeStatus.Failed, "repair it")]
    [InlineData(DeliveryState.Exhausted, OrchestrationRuntimeStatus.Completed, "ended: Exhausted")]
    public async Task Command_NothingWouldReadIt_Is409AndOnRecord(DeliveryState state, OrchestrationRuntimeStatus status, string detail)
    {
        _world.Has(OperatorWorld.ClaimIn(state), status, status == OrchestrationRuntimeStatus.Failed ? DeliveryReport.Of(OperatorWorld.Waiting()) : null);

        var (answered, text) = await _api.PostAsync("notifications/p-1/cancel", """{"actor":"a","reason":"r"}""");

        Assert.Equal(409, answered);
        Assert.Contains(detail, text, StringComparison.Ordinal);
        Assert.Empty(_world.Raised);
        Assert.StartsWith(AuditEntry.RefusedPrefix, Assert.Single(_world.Audit).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redeliver_Ended_Is202AndTheSameKeyIsARepeat()
    {
        _world.Has(OperatorWorld.ClaimIn());

        var first = await _api.PostAsync("notifications/p-1/redeliver", """{"actor":"ann","reason":"why"}""", "k-1");
        var again = await _api.PostAsync("notifications/p-1/redeliver", """{"actor":"ann","reason":"why"}""", "k-1");

        Assert.Equal((202, $$"""{"deliveryId":"{{OperatorWorld.Second}}","generation":2,"supersedes":"{{OperatorWorld.First}}","isRepeat":false}"""), first);
        Assert.Equal((202, $$"""{"deliveryId":"{{OperatorWorld.Second}}","generation":2,"supersedes":"{{OperatorWorld.First}}","isRepeat":true}"""), again);
        Assert.Single(_world.Started);
    }

    [Fact]
    public async Task Redeliver_Correction_TakesTheExactBytesOfTheBody()
    {
        _world.Has(OperatorWorld.ClaimIn());
        const string Body = """{ "paymentId" : "p-1", "paymentRequestId":"r-1","paymentResult":{"resultCode":"PROCESS_FAIL","resultStatus":"F","resultMessage":"✓ \u00e9"} }""";

        var (status, _) = await _api.PostAsync("notifications/p-1/redeliver", $$"""{"body":{{Body}},"reason":"why","actor":"ann"}""");

        Assert.Equal(202, status);
        Assert.Equal(Body, Encoding.UTF8.GetString(Assert.Single(_world.Started).Body.Span));
    }

    [Theory]
    [InlineData("""{"actor":"a","reason":"r","force":1}""", null, "force")]
    [InlineData("""{"actor":"a","reason":"r","body":"text"}""", null, "body")]
    [InlineData("""{"actor":"a","reason":"r","body":{}}""", null, "body.paymentId")]
    [InlineData("""{"actor":"a","reason":"r","<script>":1}""", null, "$")]
    [InlineData("""{"actor":"a","actor":"b","reason":"r"}""", null, "$")]
    [InlineData("""{"actor":"a","reason":"r","\ud800":1}""", null, "$")]
    [InlineData("""{"actor":"a","reason":"r","body":{"\ud800":1}}""", null, "$")]
    [InlineData("""{"actor":"a\u0007","reason":"r"}""", null, "actor")]
    [InlineData("""{"actor":"\ud800","reason":"r"}""", null, "actor")]
    [InlineData("""{"actor":"a"}""", null, "reason")]
    [InlineData("""{"reason":" "}""", null, "actor,reason")]
    [InlineData("""{"actor":1,"force":"x","reason":"","other":2}""", null, "$,actor,force,reason")]
    [InlineData("", null, "actor,reason")]
    [InlineData("[]", null, "$")]
    [InlineData("null", null, "$")]
    [InlineData("{", null, "$")]
    [InlineData("""{"actor":"a","reason":"r"}""", "", "Idempotency-Key")]
    [InlineData("""{"actor":"a","reason":"r"}""", "01234567890123456789012345678901234567890123456789012345678901234", "Idempotency-Key")]
    public async Task Redeliver_BrokenRules_Is400ByEachField(string body, string? key, string fields)
    {
        _world.Has(OperatorWorld.ClaimIn());

        var (status, text) = await _api.PostAsync("notifications/p-1/redeliver", body, key);

        Assert.Equal(400, status);
        Assert.Superset(fields.Split(',').ToHashSet(), Fields(text).ToHashSet());
        Assert.DoesNotContain("script", text, StringComparison.Ordinal);
        Assert.Empty(_world.Started);
    }

    [Fact]
    public async Task Redeliver_WrongState_Is409AndTooLongIs413()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Delivered));

        Assert.Equal(413, (await _api.PostAsync("notifications/p-1/redeliver", new string(' ', OperatorHttp.MaxBytes + 1))).Status);
        Assert.Equal(409, (await _api.PostAsync("notifications/p-1/redeliver", """{"actor":"a","reason":"r"}""")).Status);
        Assert.Equal(202, (await _api.PostAsync("notifications/p-1/redeliver", """{"actor":"a","reason":"r","force":true}""")).Status);
    }

    [Fact]
    public async Task Repair_ByHowItStands_Is202Or409OrTellsWhatForceNeeds()
    {
        _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Running, isReadable: false);

        var refused = await _api.PostAsync("notifications/p-1/repair", """{"actor":"ann","reason":"dead since noon"}""");
        var without = await _api.PostAsync("notifications/p-1/repair", """{"actor":"ann","force":true}""");
        var forced = await _api.PostAsync("notifications/p-1/repair", """{"actor":"ann","force":true,"reason":"dead since noon"}""");

        Assert.Equal((409, 400, 202), (refused.Status, without.Status, forced.Status));
        Assert.Contains("force and a reason", refused.Text, StringComparison.Ordinal);
        Assert.Equal(["reason"], Fields(without.Text));
        Assert.Contains(OperatorWorld.Second, forced.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cancel", "[]", "$,actor,reason")]
    [InlineData("cancel", """{"actor":"a","reason":1}""", "reason")]
    [InlineData("cancel", "{}", "actor,reason")]
    [InlineData("send-now", """{"actor":"a"}""", "reason")]
    [InlineData("send-now", """{"actor":"a","reason":"r","expectedAttempt":0}""", "expectedAttempt")]
    [InlineData("send-now", """{"actor":"a","reason":"r","expectedAttempt":"2"}""", "expectedAttempt")]
    [InlineData("repair", """{"actor":"a","reason":"r","other":1}""", "$")]
    [InlineData("repair", """{"reason":"r"}""", "actor")]
    [InlineData("body", "", "actor,reason")]
    public async Task Command_BrokenRules_Is400ByField(string path, string body, string fields)
    {
        HasWaiting();

        var (status, text) = await _api.PostAsync($"notifications/p-1/{path}", body);

        Assert.Equal((400, fields), (status, string.Join(',', Fields(text).Distinct().Order(StringComparer.Ordinal))));
        Assert.Empty(_world.Raised);
    }

    [Fact]
    public async Task SendNow_Taken_NamesTheAttemptWhoseResultToLookFor()
    {
        HasWaiting();

        var (_, text) = await _api.PostAsync("notifications/p-1/send-now", """{"actor":"a","reason":"r"}""");

        Assert.Equal(2, JsonDocument.Parse(text).RootElement.GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Body_OfAPayment_IsTheTextThatIsSentAndWhoReadItStandsInTheAuditLog()
    {
        const string Sent = """{ "paymentId" : "p-1", "paymentRequestId":"r-1","paymentResult":{"resultCode":"PROCESS_FAIL","resultStatus":"F","resultMessage":"✓ \u00e9"} }""";
        _world.Has(OperatorWorld.ClaimIn(body: Encoding.UTF8.GetBytes(Sent)));

        var (status, text) = await _api.PostAsync("notifications/p-1/body", """{"actor":"ann","reason":"a merchant asks"}""");

        Assert.Equal((200, Sent), (status, JsonDocument.Parse(text).RootElement.GetProperty("body").GetString()));
        var entry = Assert.Single(_world.Audit);
        Assert.Equal((AuditActions.ReadBody, "ann", "a merchant asks", "p-1", AuditEntry.Accepted), (entry.Action, entry.Actor, entry.Reason, entry.PaymentId, entry.Outcome));
    }

    [Theory]
    [InlineData("bulk/notifications/requeue", """{"dryRun":true,"paymentIds":["p"]}""", 404)]
    [InlineData("bulk/quarantine/redeliver", """{"dryRun":true,"quarantineIds":["p"]}""", 404)]
    [InlineData("bulk/notifications/cancel", """{"dryRun":true,"force":true,"paymentIds":["p"]}""", 400)]
    [InlineData("bulk/quarantine/discard", """{"dryRun":true,"quarantineIds":["p"]}""", 200)]
    [InlineData("bulk/quarantine/discard", """{"dryRun":true,"filter":{"status":"1"}}""", 400)]
    [InlineData("bulk/quarantine/requeue", """{"dryRun":true,"filter":{}}""", 200)]
    [InlineData("bulk/quarantine/requeue", """{"actor":"a","reason":"r","filter":{}}""", 400)]
    public async Task Bulk_ByActionAndBody_AnswersOrRefuses(string path, string body, int status) =>
        Assert.Equal(status, (await _api.PostAsync(path, body)).Status);

    [Fact]
    public async Task AnyChange_AuditLogDown_Is503AndNothingIsChanged()
    {
        HasWaiting();
        _world.Has(OperatorWorld.ClaimIn(paymentId: "p-2"));
        _world.AuditIsDown = true;

        foreach (var path in new[] { "notifications/p-1/cancel", "notifications/p-1/send-now", "notifications/p-2/redeliver", "notifications/p-2/repair" })
        {
            Assert.Equal(503, (await _api.PostAsync(path, """{"actor":"a","reason":"r"}""")).Status);
        }

        Assert.Equal(503, (await _api.PostAsync("bulk/notifications/redeliver", """{"actor":"a","reason":"r","paymentIds":["p-2"]}""", "k")).Status);
        Assert.Empty(_world.Steps);
    }

    [Theory]
    [InlineData("""{"actor":"a","reason":"r"}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":["p"],"filter":{}}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":[]}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":[1]}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":[null]}""", "k", "paymentIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":["p"],"deliveryIds":[]}""", "k", "deliveryIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":["p"],"deliveryIds":[null]}""", "k", "deliveryIds")]
    [InlineData("""{"actor":"a","reason":"r","filter":{},"deliveryIds":["d"]}""", "k", "deliveryIds")]
    [InlineData("""{"actor":"a","reason":"r","paymentIds":["p"]}""", null, "Idempotency-Key")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"state":"1"}}""", "k", "filter.state")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"state":"Open' or '1' eq '1"}}""", "k", "filter.state")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"from":"yesterday"}}""", "k", "filter.from")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}}""", "k", "filter.from")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"from":"2020-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}}""", "k", "filter.from")]
    [InlineData("""{"actor":"a","reason":"r","filter":{"other":"x"}}""", "k", "filter")]
    public async Task Bulk_BrokenRules_Is400ByField(string body, string? key, string field)
    {
        var (status, text) = await _api.PostAsync("bulk/notifications/redeliver", body, key);

        Assert.Equal(400, status);
        Assert.Contains(field, Fields(text));
    }

    [Fact]
    public async Task Bulk_MoreThanThousand_Is400()
    {
        var ids = string.Join(',', Enumerable.Range(0, 1001).Select(number => $"\"p{number}\""));

        Assert.Equal(400, (await _api.PostAsync("bulk/notifications/redeliver", $$"""{"actor":"a","reason":"r","paymentIds":[{{ids}}]}""", "k")).Status);
    }

    [Fact]
    public async Task Bulk_DryRunThenRun_AnswersVerdicts()
    {
        _world.Has(OperatorWorld.ClaimIn());

        var dry = await _api.PostAsync("bulk/notifications/redeliver", """{"paymentIds":["p-1","other","p-1"],"dryRun":true}""");
        var filtered = await _api.PostAsync("bulk/notifications/redeliver", """{"actor":"a","reason":"r","filter":{"state":"Exhausted"},"dryRun":true}""");
        var run = await _api.PostAsync("bulk/notifications/redeliver", """{"actor":"a","reason":"r","paymentIds":["p-1"]}""", "k");
        var again = await _api.PostAsync("bulk/notifications/redeliver", """{"actor":"a","reason":"r","paymentIds":["p-1"]}""", "k");

        Assert.Equal((200, $$"""{"dryRun":true,"matched":2,"results":[{"paymentId":"p-1","verdict":"WouldDo","deliveryId":"{{OperatorWorld.First}}"},{"paymentId":"other","verdict":"Unknown"}],"isMore":false}"""), dry);
        Assert.Equal((200, $$"""{"dryRun":true,"matched":1,"results":[{"paymentId":"p-1","verdict":"WouldDo","deliveryId":"{{OperatorWorld.First}}"}],"isMore":false}"""), filtered);
        Assert.Equal((200, $$"""{"dryRun":false,"matched":1,"results":[{"paymentId":"p-1","verdict":"Done","deliveryId":"{{OperatorWorld.Second}}"}],"isMore":false}"""), run);
        Assert.Equal((200, $$"""{"dryRun":false,"matched":1,"results":[{"paymentId":"p-1","verdict":"AlreadyDone","deliveryId":"{{OperatorWorld.Second}}"}],"isMore":false}"""), again);
    }

    [Theory]
    [InlineData("redeliver")]
    [InlineData("cancel")]
    public async Task Bulk_DeliveredAgainSinceTheDryRun_IsLeftAloneAlsoByForce(string action)
    {
        var isCancel = action == "cancel";
        _world.Has(OperatorWorld.ClaimIn(isCancel ? DeliveryState.Open : DeliveryState.Exhausted), OrchestrationRuntimeStatus.Running, DeliveryReport.Of(OperatorWorld.Waiting()));
        var dry = JsonDocument.Parse((await _api.PostAsync($"bulk/notifications/{action}", """{"paymentIds":["p-1"],"dryRun":true}""")).Text).RootElement.GetProperty("results")[0];
        var judged = dry.GetProperty("deliveryId").GetString();
        _world.End(DeliveryState.Exhausted);
        await _api.PostAsync("notifications/p-1/redeliver", """{"actor":"tom","reason":"r"}""");
        _world.Is(OperatorWorld.Second, OrchestrationRuntimeStatus.Running, DeliveryReport.Of(OperatorWorld.Waiting(generation: 2)));
        if (!isCancel)
        {
            _world.End(DeliveryState.Delivered);
        }

        var body = $$"""{"actor":"a","reason":"r"{{(isCancel ? "" : ",\"force\":true")}},"paymentIds":["p-1"],"deliveryIds":["{{judged}}"]}""";
        var run = await _api.PostAsync($"bulk/notifications/{action}", body, "k");

        Assert.Equal(OperatorWorld.First, judged);
        Assert.Equal((200, $$"""{"dryRun":false,"matched":1,"results":[{"paymentId":"p-1","verdict":"Superseded","detail":"The payment has a later delivery: {{(isCancel ? "Open" : "Delivered")}}."}],"isMore":false}"""), run);
        Assert.Equal(2, _world.Claim.Generation);
        Assert.Empty(_world.Raised);
    }

    [Fact]
    public async Task Bulk_TheDryRunsOwnDelivery_IsChangedAndTheSameCallIsARepeat()
    {
        _world.Has(OperatorWorld.ClaimIn());
        var body = $$"""{"actor":"a","reason":"r","paymentIds":["p-1"],"deliveryIds":["{{OperatorWorld.First}}"]}""";

        var run = await _api.PostAsync("bulk/notifications/redeliver", body, "k");
        var again = await _api.PostAsync("bulk/notifications/redeliver", body, "k");

        Assert.Contains("\"Done\"", run.Text, StringComparison.Ordinal);
        Assert.Contains("\"AlreadyDone\"", again.Text, StringComparison.Ordinal);
        Assert.Single(_world.Started);
    }

    internal static IEnumerable<string> Fields(string text) =>
        JsonDocument.Parse(text).RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name);

    private void HasWaiting() => _world.Has(OperatorWorld.ClaimIn(DeliveryState.Open), OrchestrationRuntimeStatus.Running, DeliveryReport.Of(OperatorWorld.Waiting()));

    private async Task<JsonElement> GetAsync(string path)
    {
        var (status, text) = await _api.GetAsync(path);
        Assert.Equal(200, status);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
