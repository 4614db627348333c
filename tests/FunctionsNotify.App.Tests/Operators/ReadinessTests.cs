using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class ReadinessTests
{
    private const string Secret = "account-name-and-key";

    private static ReadinessCheck Check(string name, Func<CancellationToken, Task<string?>> find) => new(name, find);

    private static Mock<IRequestSigner> Signer(SigningResult result)
    {
        var signer = new Mock<IRequestSigner>();
        signer.Setup(each => each.SignAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(result);
        return signer;
    }

    private static async Task<ReadinessReport> ReportAsync(ReadinessApi api) =>
        Assert.IsType<JsonHttpResult<ReadinessReport>>(await api.GetAsync(CancellationToken.None)).Value!;

    private static async Task<(HttpStatusCode Status, Dictionary<string, (string Status, string? Detail)> Checks, string Text)> GetAsync(SigningResult signing, params ReadinessCheck[] checks)
    {
        await using var host = await ApiHost.StartAsync(more: services =>
        {
            services.AddSingleton(Signer(signing).Object);
            foreach (var check in checks)
            {
                services.AddSingleton(check);
            }
        });
        using var response = await host.Client.GetAsync(new Uri("/api/health/ready", UriKind.Relative));
        var json = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (
            response.StatusCode,
            json.GetProperty("checks").EnumerateArray().ToDictionary(
                check => check.GetProperty("name").GetString()!,
                check => (check.GetProperty("status").GetString()!, check.TryGetProperty("detail", out var detail) ? detail.GetString() : null)),
            json.ToString());
    }

    [Fact]
    public async Task Ready_EverythingThere_Is200AndNamesEachCheck()
    {
        var (status, checks, _) = await GetAsync(new SigningResult.Success(new byte[] { 1 }, "1"), Check("storage-table", _ => Task.FromResult<string?>(null)));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["configuration", "signing-key", "storage-table"], checks.Keys.Order());
        Assert.All(checks.Values, check => Assert.Equal(("ok", null), check));
    }

    [Fact]
    public async Task Ready_ChecksFail_Is503AndTellsNeitherNamesNorSecrets()
    {
        var (status, checks, text) = await GetAsync(
            new SigningResult.Fault(Secret),
            Check("storage-table", _ => throw new InvalidOperationException(Secret)),
            Check("storage-blobs", _ => Task.FromResult<string?>("refused: HTTP 403")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(("ok", null), checks["configuration"]);
        Assert.Equal(("failing", "refused: HTTP 403"), checks["storage-blobs"]);
        Assert.Equal(("failing", "a fault: InvalidOperationException"), checks["storage-table"]);
        Assert.Equal("failing", checks["signing-key"].Status);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_SignerThrottled_Fails()
    {
        var (status, checks, _) = await GetAsync(new SigningResult.Throttled("later"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "failing"), (status, checks["signing-key"].Status));
    }

    [Fact]
    public async Task Ready_CheckThatNeverAnswers_EndsAfterFiveSecondsAndIsToldToStop()
    {
        var time = new FakeTimeProvider();
        var stopped = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var api = new ReadinessApi(
            [Check("storage-table", async cancellationToken =>
            {
                cancellationToken.Register(stopped.SetResult);
                begun.SetResult();
                await new TaskCompletionSource().Task;
                return null;
            })],
            time);

        var report = ReportAsync(api);
        await begun.Task;
        await Eventually.BecomesTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return report.IsCompleted;
            },
            Eventually.Soon,
            "the answer");

        Assert.Equal(new ReadinessResult("storage-table", "failing", "no answer within 5 s"), Assert.Single((await report).Checks));
        await stopped.Task.WaitAsync(Eventually.Soon);
    }

    [Fact]
    public async Task Ready_ManyAsk_ChecksOnceUntilTheAnswerIsOld()
    {
        var time = new FakeTimeProvider();
        var count = 0;
        var api = new ReadinessApi([Check("storage-table", _ => Task.FromResult<string?>($"{Interlocked.Increment(ref count)}"))], time);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReportAsync(api)));
        time.Advance(ReadinessApi.AnswerLasts - TimeSpan.FromTicks(1));
        await ReportAsync(api);
        Assert.Equal(1, count);

        time.Advance(TimeSpan.FromTicks(1));
        await ReportAsync(api);
        Assert.Equal(2, count);
    }
}
