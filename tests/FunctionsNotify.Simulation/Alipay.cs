using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FunctionsNotify.Simulation;

// Alipay+, which answers each payment by a script of its own: some answers that end nothing, then one that does, or never.
internal sealed class Alipay(World world)
{
    private static readonly PemRequestSigner _signer = PemRequestSigner.FromText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "rfc9500-testrsa2048.pkcs8.pem")), "1");
    private static readonly ConcurrentDictionary<(string Body, string Time), string> _signatures = new();

    private static readonly AnswerKind[] _open =
    [
        AnswerKind.Unknown, AnswerKind.SetUp, AnswerKind.Unsigned, AnswerKind.Forged, AnswerKind.ServerError, AnswerKind.SlowDown, AnswerKind.Silent, AnswerKind.Reset, AnswerKind.Garbage,
    ];

    private readonly Dictionary<string, Script> _scripts = new(StringComparer.Ordinal);

    public AnswerKind Next(string paymentId)
    {
        if (!_scripts.TryGetValue(paymentId, out var script))
        {
            var loop = world.Loop;
            _scripts[paymentId] = script = new Script
            {
                OpenAnswers = loop.OneOf([0, 0, 0, 0, 1, 1, 2, 3, 6, 12, 15, 16, 100]),
                Kinds = loop.Chance(0.5) ? [loop.OneOf(_open)] : _open,
                End = loop.Chance(0.75) ? AnswerKind.Success : AnswerKind.Failure,
            };
        }

        if (world.Weather.IsAway("alipay"))
        {
            return AnswerKind.Reset;
        }

        return script.OpenAnswers-- > 0 ? world.Loop.OneOf(script.Kinds) : script.End;
    }

    // Signing costs a millisecond; the times are told in steps, so that most signatures are made once.
    public static void Sign(HttpResponseMessage response, string body, DateTimeOffset now)
    {
        var step = TimeSpan.FromMinutes(10).Ticks;
        var time = new DateTimeOffset(now.UtcTicks / step * step, TimeSpan.Zero).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var signature = _signatures.GetOrAdd((body, time), key => SignatureHeader.Format("1", _signer.Sign(SignatureContent.Build(NotifyPushPayment.Path, Process.ClientId, key.Time, Encoding.UTF8.GetBytes(key.Body)))));
        response.Headers.TryAddWithoutValidation(NotifyPushPayment.ClientIdHeader, Process.ClientId);
        response.Headers.TryAddWithoutValidation(NotifyPushPayment.ResponseTimeHeader, time);
        response.Headers.TryAddWithoutValidation(SignatureHeader.HeaderName, signature);
    }

    private sealed class Script
    {
        public int OpenAnswers { get; set; }

        public required AnswerKind[] Kinds { get; init; }

        public required AnswerKind End { get; init; }
    }
}

internal enum AnswerKind
{
    Success,
    Failure,
    Unknown,
    SetUp,
    Unsigned,
    Forged,
    ServerError,
    SlowDown,
    Silent,
    Reset,
    Garbage,
}

// The network between one process and Alipay+.
internal sealed class AlipayHandler(World world, Process process) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(CancellationToken.None);
        await world.Loop.PauseAsync(process, world.Loop.Milliseconds(5, 100), cancellationToken);
        var fault = world.Weather.Draw();
        if (fault != Fault.None)
        {
            world.Loop.Tell($"{process}: {fault} at a send");
        }

        switch (fault)
        {
            case Fault.DiesBefore:
                await DieAsync();
                break;
            case Fault.FailsBefore:
                throw new HttpRequestException(HttpRequestError.ConnectionError);
        }

        var paymentId = world.Oracle.Sent(process, Loop.Current!, body);
        var kind = world.Alipay.Next(paymentId);
        world.Oracle.Answers(Loop.Current!, kind);
        switch (fault)
        {
            case Fault.DiesAfter:
                await DieAsync();
                break;
            case Fault.FailsAfter:
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            case Fault.Late or Fault.Twice:
                await world.Loop.PauseAsync(process, world.Loop.Milliseconds(1000, 9000), cancellationToken);
                break;
        }

        await world.Loop.PauseAsync(process, world.Loop.Milliseconds(5, 400), cancellationToken);
        return kind switch
        {
            AnswerKind.Silent => await SilenceAsync(cancellationToken),
            AnswerKind.Reset => throw new HttpRequestException(HttpRequestError.ResponseEnded),
            _ => Answer(kind),
        };
    }

    private async Task DieAsync()
    {
        world.Kill(process);
        await world.Loop.PauseAsync(process, TimeSpan.Zero);
    }

    private async Task<HttpResponseMessage> SilenceAsync(CancellationToken cancellationToken)
    {
        await world.Loop.PauseAsync(process, TimeSpan.FromMinutes(2), cancellationToken);
        throw new HttpRequestException(HttpRequestError.ResponseEnded);
    }

    private HttpResponseMessage Answer(AnswerKind kind)
    {
        var (status, body) = kind switch
        {
            AnswerKind.Success => (HttpStatusCode.OK, """{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}"""),
            AnswerKind.Failure => (HttpStatusCode.OK, """{"result":{"resultStatus":"F","resultCode":"ORDER_NOT_EXIST"}}"""),
            AnswerKind.Unknown => (HttpStatusCode.OK, """{"result":{"resultStatus":"U","resultCode":"UNKNOWN_EXCEPTION"}}"""),
            AnswerKind.SetUp => (HttpStatusCode.OK, """{"result":{"resultStatus":"F","resultCode":"INVALID_SIGNATURE"}}"""),
            AnswerKind.Unsigned or AnswerKind.Forged => (HttpStatusCode.OK, """{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}"""),
            AnswerKind.ServerError => (HttpStatusCode.BadGateway, "<html>502</html>"),
            AnswerKind.SlowDown => (HttpStatusCode.TooManyRequests, """{"result":{"resultStatus":"U","resultCode":"REQUEST_TRAFFIC_EXCEED_LIMIT"}}"""),
            _ => (HttpStatusCode.OK, """{"result":"S"}"""),
        };
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (kind is AnswerKind.Success or AnswerKind.Failure or AnswerKind.Unknown)
        {
            Alipay.Sign(response, body, world.Loop.Now);
        }
        else if (kind == AnswerKind.Forged)
        {
            Alipay.Sign(response, body + " ", world.Loop.Now);
        }
        else if (kind == AnswerKind.SlowDown)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", "120");
        }

        return response;
    }
}
