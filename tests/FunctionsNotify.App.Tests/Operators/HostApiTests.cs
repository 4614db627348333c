using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class HostApiTests
{
    private const string Secret = "account-name-and-key";

    public static TheoryData<string> Files => [.. PageFile.Names];

    [Fact]
    public async Task Health_Always_TellsTheScheduleAndTheLimits()
    {
        await using var api = await new OperatorWorld().ServeAsync();

        var health = JsonDocument.Parse((await api.GetAsync("health")).Text).RootElement;

        Assert.Equal(("ok", "functions"), (health.GetProperty("status").GetString(), health.GetProperty("host").GetString()));
        Assert.Equal(new DeliveryPolicy().RetryDelays, health.GetProperty("delivery").Deserialize<DeliveryPolicy>(DeliveryJson.Options)!.RetryDelays.AsEnumerable());
    }

    [Fact]
    public async Task Ready_ChecksFail_Is503AndTellsNeitherNamesNorSecrets()
    {
        var signer = new Mock<IRequestSigner>();
        signer.Setup(each => each.SignAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(new SigningResult.Fault(Secret));
        await using var api = await new OperatorWorld(services => services
            .AddSingleton(signer.Object)
            .AddSingleton(new ReadinessCheck("storage-table", _ => throw new InvalidOperationException(Secret)))
            .AddSingleton(new ReadinessCheck("storage-blobs", _ => Task.FromResult<string?>("refused: HTTP 403")))
            .AddSingleton(new ReadinessCheck("storage-queues", _ => Task.FromResult<string?>(null)))).ServeAsync();

        var (status, text) = await api.GetAsync("health/ready");

        var checks = JsonDocument.Parse(text).RootElement.GetProperty("checks").EnumerateArray().ToDictionary(
            check => check.GetProperty("name").GetString()!, check => check.TryGetProperty("detail", out var detail) ? detail.GetString() : null);
        Assert.Equal(503, status);
        Assert.Equal((null, null), (checks["configuration"], checks["storage-queues"]));
        Assert.Equal(("refused: HTTP 403", "a fault: InvalidOperationException"), (checks["storage-blobs"], checks["storage-table"]));
        Assert.NotNull(checks["signing-key"]);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "the signing service asks to slow down")]
    public async Task SigningKey_ByWhatTheSignerSays_Fails(bool signs, string? fault)
    {
        var signer = new Mock<IRequestSigner>();
        signer.Setup(each => each.SignAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(signs ? new SigningResult.Success(new byte[] { 1 }, "1") : new SigningResult.Throttled("later"));

        Assert.Equal(fault, await Readiness.SigningKey(signer.Object).FindFault(CancellationToken.None));
    }

    [Fact]
    public async Task Ready_CheckThatNeverAnswers_EndsAfterFiveSecondsAndIsToldToStop()
    {
        var time = new FakeTimeProvider();
        var (begun, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        var readiness = new Readiness(
            [new ReadinessCheck("storage-table", async cancellationToken =>
            {
                cancellationToken.Register(stopped.SetResult);
                begun.SetResult();
                await new TaskCompletionSource().Task;
                return null;
            })],
            time);

        var report = readiness.GetAsync(CancellationToken.None);
        await begun.Task;
        await AdvancedAsync(time, report);

        Assert.Equal(new ReadinessResult("storage-table", "failing", "no answer within 5 s"), Assert.Single((await report).Checks));
        await stopped.Task.WaitAsync(Eventually.Soon);
    }

    [Fact]
    public async Task Ready_ManyAsk_ChecksOnceUntilTheAnswerIsOld()
    {
        var time = new FakeTimeProvider();
        var count = 0;
        var readiness = new Readiness([new ReadinessCheck("storage-table", _ => Task.FromResult<string?>($"{Interlocked.Increment(ref count)}"))], time);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => readiness.GetAsync(CancellationToken.None)));
        time.Advance(Readiness.AnswerLasts - TimeSpan.FromTicks(1));
        await readiness.GetAsync(CancellationToken.None);
        Assert.Equal(1, count);

        time.Advance(TimeSpan.FromTicks(1));
        await readiness.GetAsync(CancellationToken.None);
        Assert.Equal(2, count);
    }

    [Fact]
    public async Task Summary_EverythingAnswers_SaysWhatIsThere()
    {
        var world = new OperatorWorld().Has(OperatorWorld.ClaimIn()).Has(OperatorWorld.ClaimIn(DeliveryState.Rejected, paymentId: "p-2"));
        world.HasRow(DeliveryIndexRow.Starting(OperatorWorld.ClaimIn(DeliveryState.Open, paymentId: "p-3"), OperatorWorld.Now.AddMinutes(-10)));
        world.Blobs.Waiting = (2, 1);
        world.HasQueued(4);
        await using var api = await world.ServeAsync();

        var summary = JsonDocument.Parse((await api.GetAsync("summary")).Text).RootElement;

        Assert.Equal("""{"open":1,"overdue":1,"oldestDueAt":"2026-03-01T11:50:00+00:00","deliveredLate":0,"rejected":1,"exhausted":1,"cancelled":0}""", summary.GetProperty("deliveries").GetRawText());
        Assert.Equal("""[{"queue":"notifications","depth":4},{"queue":"outcomes","depth":4},{"queue":"poison","depth":4}]""", summary.GetProperty("queues").GetRawText());
        Assert.Equal("""{"invalid":2,"conflict":1,"isPartial":false}""", summary.GetProperty("quarantine").GetRawText());
        Assert.Equal((false, "{}"), (summary.GetProperty("isPartial").GetBoolean(), summary.GetProperty("unread").GetRawText()));
    }

    [Fact]
    public async Task Summary_PartsThatFail_AreNullWithTheReasonAndTheRestIsTold()
    {
        var world = new OperatorWorld();
        world.Blobs.Waiting = (2, 1);
        world.Queue.Setup(queue => queue.GetPropertiesAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new InvalidOperationException(Secret));
        world.Table.AtQuery = _ => throw new Azure.RequestFailedException(500, Secret);
        await using var api = await world.ServeAsync();

        var (status, text) = await api.GetAsync("summary");

        var summary = JsonDocument.Parse(text).RootElement;
        Assert.Equal(200, status);
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (summary.GetProperty("queues").ValueKind, summary.GetProperty("deliveries").GetProperty("open").ValueKind));
        Assert.Equal("""{"open":"a fault: RequestFailedException","ended":"a fault: RequestFailedException","queues":"a fault: InvalidOperationException"}""", summary.GetProperty("unread").GetRawText());
        Assert.Equal(2, summary.GetProperty("quarantine").GetProperty("invalid").GetInt32());
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summary_PartThatNeverAnswers_IsGivenUp()
    {
        var world = new OperatorWorld();
        world.HasQueued(0);
        world.Table.AtQuery = filter => filter.Contains("NextDueAt", StringComparison.Ordinal) ? new TaskCompletionSource().Task : Task.CompletedTask;
        var time = new FakeTimeProvider(OperatorWorld.Now);
        var (index, queues, quarantine) = (world.Services.GetRequiredService<DeliveryIndex>(), world.Services.GetRequiredService<Queues>(), world.Services.GetRequiredService<QuarantineStore>());

        var (pause, acknowledged) = (world.Services.GetRequiredService<SendingPause>(), world.Services.GetRequiredService<LastAcknowledged>());

        var asked = new Summary(index, queues, quarantine, pause, acknowledged, time, NullLogger<Summary>.Instance).GetAsync(CancellationToken.None);
        await AdvancedAsync(time, asked);

        var report = await asked;
        Assert.Equal(0, report.Deliveries.Open);
        Assert.Null(report.Deliveries.Overdue);
        Assert.True(report.IsPartial);
        Assert.Equal("no answer within 20 s", Assert.Single(report.Unread).Value);
    }

    [Fact]
    public async Task Summary_SomethingWasAcknowledgedAndSendingIsPaused_SaysWhenAndByWhom()
    {
        var world = new OperatorWorld();
        world.HasQueued(0);
        await world.Table.AddEntityAsync(new Azure.Data.Tables.TableEntity("sending", "acknowledged") { ["At"] = RowProperties.Format(OperatorWorld.Now.AddSeconds(-7)) });
        await using var api = await world.ServeAsync();
        await api.PostAsync("sending/pause", """{"actor":"ann","reason":"their maintenance"}""");

        var summary = JsonDocument.Parse((await api.GetAsync("summary")).Text).RootElement;

        Assert.Equal(OperatorWorld.Now.AddSeconds(-7), summary.GetProperty("lastAcknowledgedAt").GetDateTimeOffset());
        Assert.Equal(("ann", "their maintenance"), (summary.GetProperty("pause").GetProperty("actor").GetString(), summary.GetProperty("pause").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Sending_PausedAndResumed_IsAuditedAndTheFirstPauseStands()
    {
        var world = new OperatorWorld();
        await using var api = await world.ServeAsync();

        var paused = await api.PostAsync("sending/pause", """{"actor":"ann","reason":"their maintenance"}""");
        var again = await api.PostAsync("sending/pause", """{"actor":"bob","reason":"me too"}""");
        var read = await api.GetAsync("sending");
        var resumed = await api.PostAsync("sending/resume", """{"actor":"bob","reason":"they are back"}""");
        var ended = await api.GetAsync("sending");

        Assert.Equal(200, paused.Status);
        Assert.Matches("""^\{"isPaused":true,"pause":\{"since":"2026-03-01T12:00:0.*","actor":"ann","reason":"their maintenance"\}\}$""", paused.Text);
        Assert.Equal((paused, paused), (again, read));
        Assert.Equal(((200, """{"isPaused":false,"pause":null}"""), (200, """{"isPaused":false,"pause":null}""")), (resumed, ended));
        Assert.Equal(["pause ann", "pause bob", "resume bob"], world.Audit.Select(entry => $"{entry.Action} {entry.Actor}").Order(StringComparer.Ordinal));
        Assert.All(world.Audit, entry => Assert.Equal(AuditEntry.Accepted, entry.Outcome));
    }

    [Theory]
    [InlineData("sending/pause")]
    [InlineData("sending/resume")]
    [InlineData("maintenance")]
    public async Task AppChange_WithoutWhoAndWhyOrAudit_ChangesNothing(string path)
    {
        var world = new OperatorWorld();
        await using var api = await world.ServeAsync();

        Assert.Equal(400, (await api.PostAsync(path, """{"actor":"ann"}""")).Status);
        world.AuditIsDown = true;
        Assert.Equal(503, (await api.PostAsync(path, """{"actor":"ann","reason":"why"}""")).Status);
        Assert.Empty(world.Steps);
    }

    [Fact]
    public async Task Maintain_ByHand_RunsEveryPartOrWhatIsAskedFor()
    {
        var world = new OperatorWorld();
        world.HasQueued(0);
        world.Queue.Setup(queue => queue.ReceiveMessagesAsync(It.IsAny<int?>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(Azure.Response.FromValue<Azure.Storage.Queues.Models.QueueMessage[]>([], null!));
        await using var api = await world.ServeAsync();

        var usual = await api.PostAsync("maintenance", """{"actor":"ann","reason":"the timer stands still"}""");
        var one = await api.PostAsync("maintenance", """{"actor":"ann","reason":"the timer stands still","parts":["sweep"]}""");
        var other = await api.PostAsync("maintenance", """{"actor":"ann","reason":"the timer stands still","parts":["dust"]}""");

        Assert.Equal(200, usual.Status);
        Assert.Equal(["drain-poison", "sweep", "observe", "find-stuck", "purge"], JsonDocument.Parse(usual.Text).RootElement.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("part").GetString()));
        Assert.Equal((200, """{"parts":[{"part":"sweep","result":"complete"}]}"""), one);
        Assert.Equal(400, other.Status);
        Assert.Equal(["maintain", "maintain"], world.Audit.Select(entry => entry.Action));
    }

    [Fact]
    public async Task Page_Always_IsHtmlThatMayLoadNothingFromElsewhere()
    {
        await using var api = await new OperatorWorld().ServeAsync();
        using var response = await api.Client.GetAsync(new Uri("ui", UriKind.Relative));

        Assert.Equal(("text/html", "utf-8"), (response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentType.CharSet));
        var policy = Header(response, "Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(("nosniff", "DENY", "no-referrer"), (Header(response, "X-Content-Type-Options"), Header(response, "X-Frame-Options"), Header(response, "Referrer-Policy")));
        Assert.True(response.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task Files_OfThePage_AreServedWithTheirTypesAndStrongTags()
    {
        await using var api = await new OperatorWorld().ServeAsync();
        foreach (var name in PageFile.Names)
        {
            using var response = await api.Client.GetAsync(new Uri($"ui/{name}", UriKind.Relative));
            Assert.Equal(
                Path.GetExtension(name) switch { ".html" => "text/html", ".css" => "text/css", ".js" => "text/javascript", ".svg" => "image/svg+xml", ".png" => "image/png", _ => "a type of its own" },
                response.Content.Headers.ContentType!.MediaType);
            Assert.False(response.Headers.ETag!.IsWeak);

            using var again = new HttpRequestMessage(HttpMethod.Get, $"ui/{name}");
            again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(response.Headers.ETag.ToString()));
            using var unchanged = await api.Client.SendAsync(again);
            Assert.Equal(304, (int)unchanged.StatusCode);
        }
    }

    [Theory]
    [InlineData("nothing.js")]
    [InlineData("..%2FOpenApi%2Fopenapi.json")]
    [InlineData("%2e%2e%2fopenapi.json")]
    [InlineData("..%5Copenapi.json")]
    [InlineData("Index.html")]
    public async Task File_OfAnotherName_Is404(string name)
    {
        await using var api = await new OperatorWorld().ServeAsync();

        Assert.Equal(404, (await api.GetAsync($"ui/{name}")).Status);
    }

    private static Task AdvancedAsync(FakeTimeProvider time, Task until) => Eventually.BecomesTrueAsync(
        () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return until.IsCompleted;
        },
        Eventually.Soon,
        "the answer");

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
