using FunctionsNotify.App.Tests.Monitoring;
using FunctionsNotify.App.Tests.Operators;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.App.Tests.Core;

public sealed class SendingPauseTests : IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(Given.Start);
    private readonly Measurements _measured = new();
    private readonly Mock<INotifyPushPaymentClient> _client = new();
    private readonly List<GuardedSender> _senders = [];
    private readonly TableInMemory _table;
    private int _reads;
    private bool _isDown;
    private Func<Task>? _beforeRead;

    public SendingPauseTests()
    {
        _table = new TableInMemory((what, isDone) =>
        {
            if (!isDone && what == "read sending")
            {
                _reads++;
                Interlocked.Exchange(ref _beforeRead, null)?.Invoke().GetAwaiter().GetResult();
                if (_isDown)
                {
                    throw new IOException("the table is away");
                }
            }
        });
        _client.Setup(client => client.SendAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => Given.Result(AttemptKind.Acknowledged));
    }

    public void Dispose()
    {
        _senders.ForEach(sender => sender.Dispose());
        _measured.Dispose();
    }

    [Fact]
    public async Task SendAsync_PausedAndResumedElsewhere_EveryInstanceFollowsWithinTenSeconds()
    {
        var instances = new[] { Instance(), Instance() };
        Assert.All(await SendAsync(instances), kind => Assert.Equal(AttemptKind.Acknowledged, kind));

        await Operators.BeginAsync(new Pause(Given.Start, "ann", "their maintenance"), CancellationToken.None);
        _time.Advance(_soon);
        Assert.All(await SendAsync(instances), kind => Assert.Equal(AttemptKind.Postponed, kind));
        Assert.Equal(PostponeReason.Paused, (await instances[0].SendAsync(default, CancellationToken.None)).PostponeReason);

        await Operators.EndAsync(CancellationToken.None);
        _time.Advance(_soon);
        Assert.All(await SendAsync(instances), kind => Assert.Equal(AttemptKind.Acknowledged, kind));
    }

    [Fact]
    public async Task SendAsync_AThousandPaymentsAtOnce_ReadOnce()
    {
        var instance = Instance();

        for (var payment = 0; payment < 1000; payment++)
        {
            await instance.SendAsync(default, CancellationToken.None);
        }

        Assert.Equal(1, _reads);
    }

    [Theory]
    [InlineData(true, AttemptKind.Postponed)]
    [InlineData(false, AttemptKind.Acknowledged)]
    public async Task SendAsync_TableCannotBeRead_WhatWasKnownLastStands(bool isPaused, AttemptKind kind)
    {
        var instance = Instance();
        if (isPaused)
        {
            await Operators.BeginAsync(new Pause(Given.Start, "ann", "their maintenance"), CancellationToken.None);
        }

        await SendAsync(instance);
        _isDown = true;
        for (var time = 0; time < 10; time++)
        {
            _time.Advance(_soon);
            Assert.Equal([kind], await SendAsync(instance));
        }
    }

    [Fact]
    public async Task BeginAsync_PausedAlready_TheFirstPauseStands()
    {
        await Operators.BeginAsync(new Pause(Given.Start, "ann", "first"), CancellationToken.None);

        var standing = await Operators.BeginAsync(new Pause(Given.Start.AddHours(1), "bob", "second"), CancellationToken.None);

        Assert.Equal(new Pause(Given.Start, "ann", "first"), standing);
        Assert.Equal(standing, await Operators.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task BeginAsync_ResumedBeforeTheStandingPauseIsRead_PausesAgain()
    {
        await Operators.BeginAsync(new Pause(Given.Start, "ann", "first"), CancellationToken.None);
        var second = new Pause(Given.Start.AddHours(1), "bob", "second");
        _beforeRead = async () => await _table.DeleteEntityAsync("sending", "pause");

        Assert.Equal(second, await Operators.BeginAsync(second, CancellationToken.None));
        Assert.Equal(second, await Operators.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task EndAsync_NotPaused_ChangesNothing()
    {
        await Operators.EndAsync(CancellationToken.None);

        Assert.Null(await Operators.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task SendAsync_ManyAcknowledged_WritesTheTimeOfOneInTenSeconds()
    {
        var instance = Instance();
        var seen = new LastAcknowledged(TableInMemory.Of(_table), _time, NullLogger<LastAcknowledged>.Instance);
        Assert.Null(await seen.ReadAsync(CancellationToken.None));

        await SendAsync(instance);
        await Eventually.BecomesTrueAsync(async () => await seen.ReadAsync(CancellationToken.None) == Given.Start, Eventually.Soon, "the first");
        _time.Advance(LastAcknowledged.WriteEvery - TimeSpan.FromSeconds(1));
        await SendAsync(instance);
        _time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(instance);

        await Eventually.BecomesTrueAsync(
            async () => await seen.ReadAsync(CancellationToken.None) == Given.Start + LastAcknowledged.WriteEvery, Eventually.Soon, "the later");
        Assert.Equal("\"2\"", _table.Rows.Single(row => row.RowKey == "acknowledged").ETag.ToString());
    }

    private SendingPause Operators => Senders.Pause(TableInMemory.Of(_table), _time);

    private static async Task<AttemptKind[]> SendAsync(params GuardedSender[] instances) =>
        await Task.WhenAll(instances.Select(async instance => (await instance.SendAsync(default, CancellationToken.None)).Kind));

    private GuardedSender Instance()
    {
        var sender = Senders.New(_client.Object, new OverloadPolicy(), new Metrics(_measured.Meters, _time), _time, TableInMemory.Of(_table));
        _senders.Add(sender);
        return sender;
    }
}
