using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class RepairTests
{
    private readonly RepairHost _host = new();

    [Theory]
    [InlineData(InstanceStatus.Failed)]
    [InlineData(InstanceStatus.Terminated)]
    public async Task Repair_Broken_WritesRowThenClaimThenStartsWithTheClaimedBody(InstanceStatus status)
    {
        _host.Instances["np-p-1"] = status;

        Assert.Equal(new RepairAnswer.Repaired("np-p-1~2"), await _host.RepairAsync());

        Assert.Equal(["row", "claim", "start"], _host.Steps);
        Assert.Equal(("np-p-1~2", 2, DeliveryState.Open), (_host.Claim!.DeliveryId, _host.Claim.Generation, _host.Claim.State));
        var change = Assert.Single(_host.Claim.History);
        Assert.Equal((ClaimChangeKind.Repair, "np-p-1~2", 2, "ann", "mended"), (change.Kind, change.DeliveryId, change.Generation, change.Actor, change.Reason));
        Assert.Equal((AuditActions.Repair, "p-1", "np-p-1~2", AuditEntry.Accepted), Entry(_host.Audit[change.Id]));
        Assert.NotNull(_host.Rows["np-p-1~2"].StartingSince);
        var started = Assert.Single(_host.Started);
        Assert.Equal(("np-p-1~2", "np-p-1", "{\"a\":1}", DateTimeOffset.UnixEpoch), (started.DeliveryId, started.Supersedes, Encoding.UTF8.GetString(started.Body.Span), started.AcceptedAt));
    }

    [Theory]
    [InlineData(InstanceStatus.Pending)]
    [InlineData(InstanceStatus.Running)]
    [InlineData(InstanceStatus.Suspended)]
    [InlineData(InstanceStatus.Completed)]
    public async Task Repair_NotBroken_ChangesNothing(InstanceStatus status)
    {
        _host.Instances["np-p-1"] = status;

        Assert.IsType<RepairAnswer.NotBroken>(await _host.RepairAsync());
        Assert.Empty(_host.Steps);
    }

    [Fact]
    public async Task Repair_Ended_SaysSo()
    {
        _host.Claim = _host.Claim! with { State = DeliveryState.Cancelled };

        Assert.Equal(new RepairAnswer.Ended(DeliveryState.Cancelled), await _host.RepairAsync());
        Assert.Empty(_host.Steps);
        Assert.StartsWith(AuditEntry.RefusedPrefix, Assert.Single(_host.Audit.Values).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_UnknownPayment_SaysSo()
    {
        _host.Claim = null;

        Assert.IsType<RepairAnswer.Unknown>(await _host.RepairAsync());
    }

    [Fact]
    public async Task Repair_ClaimedAndNotStarted_StartsThatDelivery()
    {
        _host.Instances.Clear();

        Assert.Equal(new RepairAnswer.Repaired("np-p-1"), await _host.RepairAsync());
        Assert.Equal(["start"], _host.Steps);
        Assert.Null(_host.Started[0].Supersedes);
    }

    // The calls: claim, instance, audit, row, reopen, start. The audit entry's end may fail by itself.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Repair_CutOffAtAnyStep_TheSameCallAgainFinishesWithOneNewDelivery(int call)
    {
        foreach (var effectBefore in new[] { false, true })
        {
            var host = new RepairHost { CallsUntilFault = call, EffectBeforeFault = effectBefore };
            await Assert.ThrowsAnyAsync<Exception>(host.RepairAsync);
            host.CallsUntilFault = null;

            var again = await host.RepairAsync();

            Assert.True(again is RepairAnswer.Repaired { DeliveryId: "np-p-1~2" } or RepairAnswer.NotBroken, again.ToString());
            Assert.Equal("np-p-1~2", Assert.Single(host.Started).DeliveryId);
            Assert.Equal("np-p-1~2", host.Claim!.DeliveryId);
        }
    }

    [Fact]
    public async Task Repair_ByManyAtOnce_MakesOneNewDelivery()
    {
        for (var round = 0; round < 50; round++)
        {
            var host = new RepairHost();

            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(host.RepairAsync)));

            Assert.All(answers, answer => Assert.True(answer is RepairAnswer.Repaired { DeliveryId: "np-p-1~2" } or RepairAnswer.NotBroken, answer.ToString()));
            Assert.Contains(answers, answer => answer is RepairAnswer.Repaired);
            Assert.Single(host.Started);
        }
    }

    [Theory]
    [InlineData(InstanceStatus.Failed, HttpStatusCode.Accepted)]
    [InlineData(InstanceStatus.Running, HttpStatusCode.Conflict)]
    public async Task Api_Repair_AnswersByWhatItCameTo(InstanceStatus status, HttpStatusCode expected)
    {
        _host.Instances["np-p-1"] = status;
        await using var api = await ApiHost.StartAsync(_host.Repair);

        using var answer = await api.Client.PostAsync(new Uri("/api/notifications/p-1/repair", UriKind.Relative), new StringContent("""{"actor":"ann"}"""));

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Accepted)
        {
            Assert.Equal("np-p-1~2", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("deliveryId").GetString());
        }
        else
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains("not broken", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/api/notifications/other/repair", "", HttpStatusCode.NotFound)]
    [InlineData("/api/notifications/p-1/repair", "[]", HttpStatusCode.BadRequest)]
    public async Task Api_Repair_RefusesWhatItCannotRepair(string path, string body, HttpStatusCode expected)
    {
        await using var api = await ApiHost.StartAsync(_host.Repair);

        using var answer = await api.Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Empty(_host.Steps);
    }

    private static (string Action, string? PaymentId, string? DeliveryId, string Outcome) Entry(AuditEntry entry) => (entry.Action, entry.PaymentId, entry.DeliveryId, entry.Outcome);
}
