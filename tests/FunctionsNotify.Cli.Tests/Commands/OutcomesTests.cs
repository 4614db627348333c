using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Cli.Tests;

/// <summary>Outcomes that are taken off a queue; the queue here is a server that answers as the service does.</summary>
public sealed class OutcomesTests
{
    private readonly NotifyUnderTest _notify = new();

    [Fact]
    public async Task Take_ADeleteFails_ShowsAllAndIsPartlyDone()
    {
        await using var server = await StartAsync(403, "AuthorizationFailure");

        var ending = (await _notify.RunAsync("outcomes", "--take", "--json")).EndsWith(ExitCodes.Partly);

        Assert.Equal(["p1", "p2"], ending.Json.Items("items").Select(item => item.Text("paymentId")));
        Assert.Contains("AuthorizationFailure", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakeAndFollow_ADeleteFails_ShowsAll()
    {
        await using var server = await StartAsync(403, "AuthorizationFailure");

        var text = (await _notify.RunAsync("outcomes", "--take", "--follow")).EndsWith(ExitCodes.NotDone).Out;

        Assert.Contains("p1", text, StringComparison.Ordinal);
        Assert.Contains("p2", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "MessageNotFound")]
    [InlineData(400, "PopReceiptMismatch")]
    public async Task Take_AnotherReaderHasOneMeanwhile_GoesOn(int status, string error)
    {
        await using var server = await StartAsync(status, error, failing: "m1");

        var text = (await _notify.RunAsync("outcomes", "--take")).EndsWith(ExitCodes.Done).Out;

        Assert.Contains("p1", text, StringComparison.Ordinal);
        Assert.Contains("p2", text, StringComparison.Ordinal);
        Assert.Equal(2, server.Received.Count(call => call.Method == "DELETE"));
    }

    private async Task<AnsweringServer> StartAsync(int status, string error, string failing = "m2")
    {
        var server = await AnsweringServer.StartAsync(async (_, context) =>
        {
            if (context.Request.Method == "DELETE")
            {
                var isFailing = context.Request.Path.Value!.EndsWith(failing, StringComparison.Ordinal);
                context.Response.StatusCode = isFailing ? status : StatusCodes.Status204NoContent;
                if (isFailing)
                {
                    context.Response.Headers["x-ms-error-code"] = error;
                }

                return;
            }

            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList>{Message(1)}{Message(2)}</QueueMessagesList>");
        });
        _notify.Environment["AzureWebJobsStorage"] = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={Convert.ToBase64String(new byte[32])};QueueEndpoint={server.Url}/a";
        return server;
    }

    private static string Message(int number) => string.Create(CultureInfo.InvariantCulture, $$"""
        <QueueMessage><MessageId>m{{number}}</MessageId><InsertionTime>Sun, 01 Mar 2026 00:00:00 GMT</InsertionTime><ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime><PopReceipt>r{{number}}</PopReceipt><TimeNextVisible>Sun, 01 Mar 2026 00:00:30 GMT</TimeNextVisible><DequeueCount>1</DequeueCount><MessageText>{"kind":"delivery","schemaVersion":1,"outcomeId":"np-p{{number}}~0001","paymentId":"p{{number}}","deliveryId":"np-p{{number}}~0001","state":"Delivered","acceptedAt":"2026-03-01T00:00:00+00:00","endedAt":"2026-03-01T00:00:01+00:00","attemptCount":1,"attemptsOmitted":0,"attempts":[]}</MessageText></QueueMessage>
        """);
}
