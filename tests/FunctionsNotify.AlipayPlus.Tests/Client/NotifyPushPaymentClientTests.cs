using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class NotifyPushPaymentClientTests
{
    private const string Acknowledgement = """{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"}}""";

    private static readonly byte[] Notification = SigningVectors.Get(1).BodyBytes;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task SendAsync_SignedS_IsAcknowledged()
    {
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement, headers: ("Trace-Id", "trace-1")));
        using var host = new ClientHost(server.Address);

        var result = await host.Client.SendAsync(Notification, CancellationToken.None);

        Assert.Equal(
            (AttemptKind.Acknowledged, 200, "S", "SUCCESS", "success", "trace-1", null),
            (result.Kind, result.HttpStatus, result.ResultStatus, result.ResultCode, result.ResultMessage, result.TraceId, result.Detail));
        Assert.True(result.Duration > TimeSpan.Zero);
    }

    [Fact]
    public async Task SendAsync_Request_IsExactlyTheProtocols()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2025, 2, 20, 8, 51, 49, 90, TimeSpan.Zero));
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement));
        using var host = new ClientHost(server.Address, time: time);
        using var activity = new Activity("a trace that must not leave the house").Start();

        var first = await host.Client.SendAsync(Notification, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(1));
        await host.Client.SendAsync(Notification, CancellationToken.None);

        Assert.Equal(time.Start, first.StartedAt);
        var requests = server.Requests.ToArray();
        Assert.Equal(2, requests.Length);
        using var ring = SigningVectors.KeyRing();
        foreach (var request in requests)
        {
            Assert.Equal("POST /aps/api/v1/payments/notifyPushPayment HTTP/1.1", request.RequestLine);
            Assert.Equal(["Client-Id", "Content-Length", "Content-Type", "Host", "Request-Time", "Signature"], request.Headers.Select(header => header.Key).Order(StringComparer.Ordinal));
            Assert.Equal(TestKeys.ClientId, request.Header("Client-Id"));
            Assert.Equal("application/json; charset=UTF-8", request.Header("Content-Type"));
            Assert.Equal(Notification, request.Body);
            var content = SignatureContent.Build(NotifyPushPayment.Path, TestKeys.ClientId, request.Header("Request-Time"), request.Body);
            Assert.Equal(new Verification(VerificationStatus.Valid, "1"), ring.Verify(content, request.Header("Signature")));
        }

        Assert.Equal(["2025-02-20T08:51:49.090+00:00", "2025-02-20T08:51:50.090+00:00"], requests.Select(request => request.Header("Request-Time")));
        Assert.NotEqual(requests[0].Header("Signature"), requests[1].Header("Signature"));
    }

    [Theory]
    [InlineData(200, "F", "PROCESS_FAIL", AttemptKind.Rejected)]
    [InlineData(500, "U", "UNKNOWN_EXCEPTION", AttemptKind.Unknown)]
    [InlineData(401, "F", "INVALID_SIGNATURE", AttemptKind.SetupRejected)]
    [InlineData(404, "S", "SUCCESS", AttemptKind.Acknowledged)]
    public async Task SendAsync_SignedResult_CountsWhateverTheHttpStatus(int status, string resultStatus, string code, AttemptKind expected)
    {
        var body = $$$"""{"result":{"resultStatus":"{{{resultStatus}}}","resultCode":"{{{code}}}"}}""";
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(body, status));
        using var host = new ClientHost(server.Address);

        var result = await host.Client.SendAsync(Notification, CancellationToken.None);

        Assert.Equal((expected, status, code), (result.Kind, result.HttpStatus, result.ResultCode));
    }

    [Fact]
    public async Task SendAsync_AnswersThatAreNoResult_AreNoResultEachInItsWords()
    {
        var ack = Encoding.UTF8.GetBytes(Acknowledgement);
        var wrong = TestKeys.SignResponse("2025-02-20T08:51:50Z", [.. ack, (byte)' ']);
        var answers = new (string Expected, byte[] Answer)[]
        {
            ("not signed", LoopbackServer.Http(200, ack)),
            ("does not match", LoopbackServer.Http(200, ack, ("Client-Id", TestKeys.ClientId), ("Response-Time", "2025-02-20T08:51:50Z"), ("Signature", wrong))),
            ("unknown key version", LoopbackServer.Http(200, ack, ("Client-Id", TestKeys.ClientId), ("Response-Time", "2025-02-20T08:51:50Z"), ("Signature", "algorithm=RSA256,keyVersion=99,signature=AQID"))),
            ("another Client-Id", LoopbackServer.Http(200, ack, ("Client-Id", "OTHER"), ("Response-Time", "2025-02-20T08:51:50Z"), ("Signature", wrong))),
            ("headers missing or unreadable", LoopbackServer.Http(200, ack, ("Client-Id", TestKeys.ClientId), ("Response-Time", "2025-02-20T08:51:50Z"), ("Signature", wrong), ("Signature", wrong))),
            ("no readable result", LoopbackServer.Http(502, Encoding.ASCII.GetBytes("<html><body>502 Bad Gateway</body></html>"), ("Content-Type", "text/html"))),
            ("the body is empty", LoopbackServer.Http(500, [])),
            ("Answer: the connection ended", LoopbackServer.Signed(Acknowledgement)[..^10]),
            ("Answer: the connection ended", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"res"u8.ToArray()),
            ("Answer: the connection ended", []),
            ("Answer: it is not HTTP", "I do not speak HTTP\r\n\r\n"u8.ToArray()),
            ("Answer: its body is longer than 65536 bytes", LoopbackServer.Signed(new string(' ', 64 * 1024) + Acknowledgement)),
            ("Answer: its body is longer than 65536 bytes", [.. "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8, .. new byte[70_000]]),
            ("Answer: its body is longer than 65536 bytes", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n{}"u8.ToArray()),
            ("Answer: its headers are too long", LoopbackServer.Http(200, ack, ("X-Long", new string('x', 40_000)))),
        };

        foreach (var (expected, answer) in answers)
        {
            await using var server = LoopbackServer.Answering(_ => answer);
            using var host = new ClientHost(server.Address);
            var result = await host.Client.SendAsync(Notification, CancellationToken.None);
            Assert.Equal((expected, AttemptKind.NoResult), (expected, result.Kind));
            Assert.Contains(expected, result.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain("SUCCESS", result.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SendAsync_BodyOfExactlyTheLimit_IsRead()
    {
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement.PadRight(64 * 1024)));
        using var host = new ClientHost(server.Address);
        Assert.Equal(AttemptKind.Acknowledged, (await host.Client.SendAsync(Notification, CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task SendAsync_BodyWithoutLength_IsReadToItsEnd()
    {
        var answer = Encoding.ASCII.GetString(LoopbackServer.Signed(Acknowledgement.PadRight(5000)));
        var withoutLength = Encoding.ASCII.GetBytes(answer.Replace("Content-Length: 5000\r\n", "", StringComparison.Ordinal));
        await using var server = LoopbackServer.Answering(_ => withoutLength);
        using var host = new ClientHost(server.Address);
        Assert.Equal(AttemptKind.Acknowledged, (await host.Client.SendAsync(Notification, CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task SendAsync_UnsignedSetupCode_IsSetupRejected()
    {
        var body = """{"result":{"resultStatus":"F","resultCode":"KEY_NOT_FOUND"}}"""u8.ToArray();
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Http(200, body));
        using var host = new ClientHost(server.Address);
        Assert.Equal(AttemptKind.SetupRejected, (await host.Client.SendAsync(Notification, CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task SendAsync_RetryAfter_IsTold()
    {
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Http(503, [], ("Retry-After", "77")));
        using var host = new ClientHost(server.Address);
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal((AttemptKind.NoResult, 503, true, TimeSpan.FromSeconds(77)), (result.Kind, result.HttpStatus, result.SlowDown, result.RetryAfter));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task SendAsync_Redirect_IsNotFollowed(int status)
    {
        await using var target = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement));
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Http(status, [], ("Location", target.Address + NotifyPushPayment.Path)));
        using var host = new ClientHost(server.Address);
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal((AttemptKind.NoResult, status), (result.Kind, result.HttpStatus));
        Assert.Empty(target.Requests);
    }

    [Fact]
    public async Task SendAsync_CookieAndCompression_AreNotTakenUp()
    {
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement, headers: [("Set-Cookie", "a=b; Path=/"), ("Content-Encoding", "gzip")]));
        using var host = new ClientHost(server.Address);
        Assert.Equal(AttemptKind.Acknowledged, (await host.Client.SendAsync(Notification, CancellationToken.None)).Kind);
        await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.DoesNotContain(server.Requests.Last().Headers, header => header.Key is "Cookie" or "Accept-Encoding");
    }

    [Fact]
    public async Task SendAsync_NoAnswer_IsATimeout()
    {
        await using var server = new LoopbackServer((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        using var host = new ClientHost(server.Address, Short);
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal((AttemptKind.NoResult, "Timeout: no answer within 0.3 s."), (result.Kind, result.Detail));
        Assert.True(result.Duration >= Short - TimeSpan.FromMilliseconds(50), result.Duration.ToString());
    }

    [Fact]
    public async Task SendAsync_AnswerThatDrips_IsATimeoutOfTheWholeAttempt()
    {
        await using var server = new LoopbackServer(async (_, stream, stop) =>
        {
            foreach (var piece in LoopbackServer.Signed(Acknowledgement.PadRight(60_000)).Chunk(1))
            {
                await stream.WriteAsync(piece, stop);
                await Task.Delay(10, stop);
            }
        });
        using var host = new ClientHost(server.Address, Short);
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal(AttemptKind.NoResult, result.Kind);
        Assert.StartsWith("Timeout: ", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_BodyThatStalls_IsATimeoutThatKeepsTheHead()
    {
        await using var server = new LoopbackServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 503 X\r\nRetry-After: 9\r\nContent-Length: 10\r\n\r\n{"u8.ToArray(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        // Long enough for the head to arrive on a busy machine.
        using var host = new ClientHost(server.Address, TimeSpan.FromSeconds(3));
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal(
            (AttemptKind.NoResult, "Timeout: the answer was not complete within 3 s.", 503, TimeSpan.FromSeconds(9)),
            (result.Kind, result.Detail, result.HttpStatus, result.RetryAfter));
    }

    [Fact]
    public async Task SendAsync_ConnectionReset_IsNoResult()
    {
        await using var server = new LoopbackServer((_, stream, _) =>
        {
            // Closing with a linger time of zero resets the connection.
            ((System.Net.Sockets.NetworkStream)stream).Socket.Close(0);
            return Task.CompletedTask;
        });
        using var host = new ClientHost(server.Address);
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal((AttemptKind.NoResult, "Connection: reset by the other side."), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task SendAsync_NobodyListens_IsRefused()
    {
        var server = LoopbackServer.Answering(_ => []);
        var address = server.Address;
        await server.DisposeAsync();
        using var host = new ClientHost(address);
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal((AttemptKind.NoResult, "Connection: refused."), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task SendAsync_UnknownHost_IsNoResult()
    {
        using var host = new ClientHost("https://no-such-host.invalid");
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal((AttemptKind.NoResult, "DNS: the host name was not found."), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task SendAsync_SelfSignedCertificate_IsRefused()
    {
        await using var server = new LoopbackServer(async (_, stream, stop) => await stream.WriteAsync(LoopbackServer.Signed(Acknowledgement), stop), tls: true);
        using var host = new ClientHost(server.Address);
        var result = await host.Client.SendAsync(Notification, CancellationToken.None);
        Assert.Equal(AttemptKind.NoResult, result.Kind);
        Assert.StartsWith("TLS: ", result.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task SendAsync_CallerCancelsDuringTheExchange_TheAnswerStillCounts()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new LoopbackServer(async (_, stream, end) =>
        {
            await stop.CancelAsync();
            await stream.WriteAsync(LoopbackServer.Signed(Acknowledgement), end);
        });
        using var host = new ClientHost(server.Address);
        Assert.Equal(AttemptKind.Acknowledged, (await host.Client.SendAsync(Notification, stop.Token)).Kind);
    }

    [Fact]
    public async Task SendAsync_CallerCancelsAndNoAnswerComes_EndsWithTheRequestTimeout()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new LoopbackServer(async (_, _, end) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, end);
        });
        using var host = new ClientHost(server.Address, TimeSpan.FromSeconds(1));
        var result = await host.Client.SendAsync(Notification, stop.Token);
        Assert.Equal((AttemptKind.NoResult, "Timeout: no answer within 1 s."), (result.Kind, result.Detail));
    }

    [Fact]
    public async Task SendAsync_AlreadyCancelled_SendsNothing()
    {
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement));
        using var host = new ClientHost(server.Address);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Client.SendAsync(Notification, new CancellationToken(true)));
        Assert.Empty(server.Requests);
    }

    // A caller that blocks its own thread, as a window's, must not wait for itself.
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task SendAsync_CallerWithAContext_NeverGoesOnThere(int signingTakes)
    {
        await using var server = LoopbackServer.Answering(_ => LoopbackServer.Signed(Acknowledgement));
        var signer = new Mock<IRequestSigner>();
        using var key = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        signer.Setup(one => one.SignAsync(It.IsAny<ReadOnlyMemory<byte>>(), It.IsAny<CancellationToken>()))
            .Returns<ReadOnlyMemory<byte>, CancellationToken>(async (content, stop) =>
            {
                await Task.Delay(signingTakes, stop).ConfigureAwait(false);
                return await key.SignAsync(content, stop).ConfigureAwait(false);
            });
        using var host = new ClientHost(server.Address, signer: signer.Object);
        var context = new CountingContext();
        var before = SynchronizationContext.Current;
        Task<AttemptResult> sending;
        try
        {
            SynchronizationContext.SetSynchronizationContext(context);
            sending = host.Client.SendAsync(Notification, CancellationToken.None);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.Equal((AttemptKind.Acknowledged, 0), ((await sending).Kind, context.Posts));
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }

    [Fact]
    public async Task SendAsync_ManyAtOnce_EveryOneIsAnsweredForItself()
    {
        await using var server = LoopbackServer.Answering(request => LoopbackServer.Signed(
            $$$"""{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"{{{Encoding.UTF8.GetString(request.Body)}}}"}}"""));
        using var host = new ClientHost(server.Address);
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            host.Client.SendAsync(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)), CancellationToken.None)));
        Assert.All(results, result => Assert.Equal(AttemptKind.Acknowledged, result.Kind));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i.ToString(CultureInfo.InvariantCulture)), results.Select(result => result.ResultMessage));
    }
}
