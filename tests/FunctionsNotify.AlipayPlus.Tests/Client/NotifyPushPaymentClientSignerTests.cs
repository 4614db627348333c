using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class NotifyPushPaymentClientSignerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly LoopbackServer _server = LoopbackServer.Answering(
        _ => LoopbackServer.Signed("""{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}"""));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2025, 2, 20, 8, 51, 49, TimeSpan.Zero));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task SendAsync_SignerThrottled_IsPostponed()
    {
        var result = await SendAsync((_, _) => ValueTask.FromResult<SigningResult>(new SigningResult.Throttled("The vault is busy.")));
        Assert.Equal(AttemptResult.Postponed(PostponeReason.SignerThrottled, _time.Start, "The vault is busy."), result);
    }

    [Fact]
    public async Task SendAsync_SignerFault_IsNotSent()
    {
        var result = await SendAsync((_, _) => ValueTask.FromResult<SigningResult>(new SigningResult.Fault("The vault refused.")));
        Assert.Equal((AttemptKind.NotSent, "The vault refused."), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task SendAsync_SignerThrows_IsNotSentWithoutItsText()
    {
        var result = await SendAsync((_, _) => throw new InvalidOperationException("secret"));
        Assert.Equal((AttemptKind.NotSent, "The request could not be made (InvalidOperationException)."), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task SendAsync_SignerAnswersNothing_IsNotSent()
    {
        var result = await SendAsync((_, _) => ValueTask.FromResult<SigningResult>(null!));
        Assert.Equal((AttemptKind.NotSent, "The signer gave no answer."), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task SendAsync_KeyVersionThatCannotStandInAHeader_IsNotSent()
    {
        var result = await SendAsync((_, _) => ValueTask.FromResult<SigningResult>(new SigningResult.Success(new byte[256], "1\r\nX: y")));
        Assert.Equal(AttemptKind.NotSent, result.Kind);
    }

    [Fact]
    public async Task SendAsync_SignerThatHangs_IsNotSentAfterTheTimeLimit()
    {
        var result = await SendAsync(async (_, stop) =>
        {
            _time.Advance(Limit);
            await Task.Delay(Timeout.Infinite, stop);
            return null!;
        });
        Assert.Equal((AttemptKind.NotSent, "The signer did not answer within 5 s.", Limit), (result.Kind, result.Detail, result.Duration));
    }

    [Fact]
    public async Task SendAsync_SignerAnswersAfterTheTimeLimit_IsNotSent()
    {
        using var signer = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        var result = await SendAsync((content, _) =>
        {
            _time.Advance(Limit);
            return signer.SignAsync(content, CancellationToken.None);
        });
        Assert.Equal(AttemptKind.NotSent, result.Kind);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task SendAsync_CallerCancelsWhileItIsSigned_ThrowsAndSendsNothing()
    {
        using var signer = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        using var cancel = new CancellationTokenSource();
        var mock = new Mock<IRequestSigner>();
        mock.Setup(one => one.SignAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .Returns<ReadOnlyMemory<byte>, CancellationToken>(async (content, _) =>
            {
                await cancel.CancelAsync();
                return await signer.SignAsync(content, CancellationToken.None);
            });
        using var host = new ClientHost(_server.Address, Limit, _time, mock.Object);

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.SendAsync(new byte[] { (byte)'{', (byte)'}' }, cancel.Token));

        Assert.Equal(cancel.Token, thrown.CancellationToken);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task SendAsync_SlowSigner_LeavesTheNetworkItsWholeTime()
    {
        using var signer = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        var slow = TimeSpan.FromSeconds(4);
        await using var server = LoopbackServer.Answering(_ =>
        {
            _time.Advance(slow);
            return LoopbackServer.Signed("""{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}""");
        });
        var result = await SendAsync(
            (content, stop) =>
            {
                _time.Advance(slow);
                return signer.SignAsync(content, stop);
            },
            server.Address);
        Assert.Equal((AttemptKind.Acknowledged, slow + slow), (result.Kind, result.Duration));
    }

    private async Task<AttemptResult> SendAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SigningResult>> sign, string? address = null)
    {
        var signer = new Mock<IRequestSigner>();
        signer.Setup(mock => mock.SignAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>())).Returns(sign);
        using var host = new ClientHost(address ?? _server.Address, Limit, _time, signer.Object);
        var result = await host.Client.SendAsync(new byte[] { (byte)'{', (byte)'}' }, CancellationToken.None);
        if (address is null)
        {
            Assert.Empty(_server.Requests);
        }

        return result;
    }
}
