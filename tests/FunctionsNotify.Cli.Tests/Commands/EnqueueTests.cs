using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Cli.Tests;

/// <summary>What goes on the queue; the queue here is a server that answers as the service does.</summary>
public sealed class EnqueueTests : IAsyncLifetime, IDisposable
{
    private readonly NotifyUnderTest _notify = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _queues = new();
    private AnsweringServer? _server;

    public async Task InitializeAsync()
    {
        _queues["payment-notifications"] = new();
        _server = await AnsweringServer.StartAsync(AnswerAsync);
        _notify.Environment["AzureWebJobsStorage"] = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={Convert.ToBase64String(new byte[32])};QueueEndpoint={_server.Url}/a";
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Enqueue_Fields_AreOnTheQueue()
    {
        var ending = (await _notify.RunAsync("enqueue", "--payment-id", "p1", "--result-status", "S", "--payment-request-id", "o1", "--payment-time", "2026-03-01T12:01:01+08:30")).EndsWith(ExitCodes.Done);

        Assert.StartsWith("p1 is on the queue as message ", ending.Out, StringComparison.Ordinal);
        Assert.Equal("""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"p1","paymentRequestId":"o1","paymentTime":"2026-03-01T12:01:01+08:30"}""", Assert.Single(Queued()));
    }

    [Fact]
    public async Task Enqueue_File_KeepsItsBytes()
    {
        const string Body = "{ \"paymentResult\": {\"resultStatus\":\"F\",\n\"resultCode\":\"RISK_REJECT\",\"resultMessage\":\"Größe \\u0041\"}, \"paymentId\":\"p1\" }";
        (await _notify.RunAsync("enqueue", "--file", _folder.Write("one.json", Body))).EndsWith(ExitCodes.Done);
        Assert.Equal(Body, Assert.Single(Queued()));
    }

    [Fact]
    public async Task Enqueue_OneLineRefused_SendsNothingAndNamesEveryRule()
    {
        _notify.Input = Encoding.UTF8.GetBytes(Body("p1") + "\n" + """{"paymentResult":{"resultStatus":"U","resultCode":""},"paymentId":20}""");

        var ending = (await _notify.RunAsync("enqueue", "--file", "-")).EndsWith(ExitCodes.NotDone);

        Assert.Contains("line 2, unknown payment: refused: paymentResult.resultStatus: must not be U", ending.Error, StringComparison.Ordinal);
        Assert.Contains("paymentResult.resultCode", ending.Error, StringComparison.Ordinal);
        Assert.Contains("paymentId: ", ending.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was sent", ending.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sent anyway", ending.Error, StringComparison.Ordinal);
        Assert.Empty(Queued());
    }

    [Fact]
    public async Task Enqueue_SkipRefused_SendsTheOthersAndIsPartlyDone()
    {
        _notify.Input = Encoding.UTF8.GetBytes(Body("p1") + "\n{}\n" + Body("p2"));

        var json = (await _notify.RunAsync("enqueue", "--file", "-", "--skip-refused", "--json")).EndsWith(ExitCodes.Partly).Json;

        Assert.Equal((2, 1), (json.GetProperty("sent").GetInt32(), json.GetProperty("refused").GetInt32()));
        Assert.Equal(["Sent", "Refused", "Sent"], json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("status").GetString()));
        Assert.Equal(2, Queued().Count);
    }

    [Fact]
    public async Task Enqueue_Many_SendsAllAndSaysHowFarItIs()
    {
        _notify.Input = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 40).Select(number => Body($"p{number}"))));
        var ending = (await _notify.RunAsync("enqueue", "--file", "-")).EndsWith(ExitCodes.Done);
        Assert.Contains("Sending: 40 of 40", ending.Error, StringComparison.Ordinal);
        Assert.Equal(40, Queued().Count);
    }

    [Fact]
    public async Task Enqueue_MisspeltField_IsSentWithAWarning()
    {
        _notify.Input = """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT","resultMesage":"no"},"paymentId":"p1","paymentRequestID":"o1","merchant":"m"}"""u8.ToArray();
        var ending = (await _notify.RunAsync("enqueue", "--file", "-")).EndsWith(ExitCodes.Done);
        Assert.Contains("p1: warning: paymentResult.resultMesage: is not a known field, and passed through: did you mean resultMessage?", ending.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean paymentRequestId?", ending.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("merchant", ending.Error, StringComparison.Ordinal);
        Assert.Contains("resultMesage", Assert.Single(Queued()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_DryRun_SendsNothing()
    {
        _notify.Input = Encoding.UTF8.GetBytes(Body("p1"));
        (await _notify.RunAsync("enqueue", "--file", "-", "--dry-run")).EndsWith(ExitCodes.Done);
        Assert.Empty(Queued());
    }

    [Fact]
    public async Task Enqueue_QueueMissing_IsCreatedOnlyWhenAskedFor()
    {
        _notify.Input = Encoding.UTF8.GetBytes(Body("p1"));
        Assert.Contains("does not exist", (await _notify.RunAsync("enqueue", "--file", "-", "--queue", "other")).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        (await _notify.RunAsync("enqueue", "--file", "-", "--queue", "other", "--create-queue")).EndsWith(ExitCodes.Done);
        Assert.Single(Queued("other"));
    }

    [Fact]
    public async Task Enqueue_DevelopmentHostsFolder_IsWhereItsStorageIs()
    {
        _notify.Input = Encoding.UTF8.GetBytes(Body("p1"));
        var connection = _notify.Environment["AzureWebJobsStorage"];
        _notify.Environment.Clear();
        (await _notify.RunAsync("enqueue", "--file", "-", "--data", _folder.Path)).EndsWith(ExitCodes.Usage);
        _folder.Write("addresses.json", JsonSerializer.Serialize(new { api = "http://127.0.0.1:7071/api", storage = connection }));
        (await _notify.RunAsync("enqueue", "--file", "-", "--data", _folder.Path)).EndsWith(ExitCodes.Done);
        Assert.Single(Queued());
    }

    [Fact]
    public async Task Enqueue_WrongConnectionString_IsSaidWithoutIt()
    {
        _notify.Environment["AzureWebJobsStorage"] = "AccountKey=hunter2";
        _notify.Input = Encoding.UTF8.GetBytes(Body("p1"));
        var ending = (await _notify.RunAsync("enqueue", "--file", "-")).EndsWith(ExitCodes.Usage);
        Assert.DoesNotContain("hunter2", ending.Error, StringComparison.Ordinal);
    }

    private static string Body(string paymentId) =>
        $$"""{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"{{paymentId}}","paymentRequestId":"order-{{paymentId}}"}""";

    private List<string> Queued(string queue = "payment-notifications") =>
        [.. _queues[queue].Select(message => JsonElement.Parse(message).GetProperty("notification").GetRawText())];

    private async Task AnswerAsync(int count, HttpContext context)
    {
        var queue = context.Request.Path.Value!.Split('/')[2];
        if (context.Request.Method == "PUT")
        {
            _queues.TryAdd(queue, new());
            context.Response.StatusCode = (int)HttpStatusCode.Created;
            return;
        }

        if (!_queues.TryGetValue(queue, out var messages))
        {
            context.Response.StatusCode = (int)HttpStatusCode.NotFound;
            context.Response.Headers["x-ms-error-code"] = "QueueNotFound";
            return;
        }

        Assert.Equal("-1", context.Request.Query["messagettl"]);
        messages.Enqueue((await XDocument.LoadAsync(context.Request.Body, LoadOptions.PreserveWhitespace, default)).Root!.Value);
        context.Response.StatusCode = (int)HttpStatusCode.Created;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync($"""<?xml version="1.0" encoding="utf-8"?><QueueMessagesList><QueueMessage><MessageId>m{count}</MessageId><InsertionTime>Sun, 01 Mar 2026 00:00:00 GMT</InsertionTime><ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime><PopReceipt>pop</PopReceipt><TimeNextVisible>Sun, 01 Mar 2026 00:00:00 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>""");
    }
}
