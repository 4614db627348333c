using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Cli.Tests;

/// <summary>What the program makes of answers that no healthy host gives.</summary>
public sealed class TransportTests
{
    private const string View = """{"paymentId":"p","state":"Open","deliveryId":"np-p","generation":1,"duplicates":0,"acceptedAt":"2026-03-01T00:00:00+00:00"}""";

    private readonly NotifyUnderTest _notify = new();

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    [Fact]
    public async Task Run_NothingListens_IsUnreachable()
    {
        var ending = (await _notify.RunAsync("status", "p", "--url", FreePort())).EndsWith(ExitCodes.Unreachable);
        Assert.Contains("cannot be reached", ending.Error, StringComparison.Ordinal);
        Assert.Empty(ending.Out);
    }

    [Fact]
    public async Task Run_Key_IsSentInItsHeaderAndNowhereElse()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(context, View));
        _notify.Environment["NOTIFY_API_KEY"] = "secret-key";

        var ending = (await _notify.RunAsync("status", "p/1", "--url", server.Url)).EndsWith(ExitCodes.Done);

        var (method, target, headers) = Assert.Single(server.Received);
        Assert.Equal(("GET", "/api/notifications/p%2F1", "secret-key"), (method, target, headers["x-functions-key"].ToString()));
        Assert.DoesNotContain("secret-key", ending.Out + ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Redirect_IsNotFollowed()
    {
        await using var other = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(context, View));
        await using var server = await AnsweringServer.StartAsync((_, context) =>
        {
            context.Response.Redirect(other.Url + "/api/notifications/p");
            return Task.CompletedTask;
        });

        (await _notify.RunAsync("status", "p", "--url", server.Url, "--key", "k")).EndsWith(ExitCodes.Usage);

        Assert.Empty(other.Received);
    }

    [Fact]
    public async Task Run_ProblemWithFields_NamesEachField()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.ProblemAsync(
            context, 400, """{"title":"One or more validation errors occurred.","status":400,"errors":{"reason":["is required"],"actor":["too long","has control characters"]}}"""));

        var ending = (await _notify.RunAsync("cancel", "p", "--reason", "why", "--url", server.Url, "--json")).EndsWith(ExitCodes.NotDone);

        Assert.Equal(["actor: too long", "actor: has control characters", "reason: is required"], ending.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var error = ending.Json.GetProperty("error");
        Assert.Equal((1, 400), (error.GetProperty("exitCode").GetInt32(), error.GetProperty("status").GetInt32()));
        Assert.Equal(2, error.GetProperty("fields").GetProperty("actor").GetArrayLength());
    }

    [Theory]
    [InlineData(401, "", "", ExitCodes.Usage)]
    [InlineData(403, "", "", ExitCodes.NotDone)]
    [InlineData(404, "text/html", "<html>not here</html>", ExitCodes.Usage)]
    [InlineData(404, "application/problem+json", """{"status":404,"detail":"No such payment."}""", ExitCodes.NotDone)]
    [InlineData(409, "application/problem+json", """{"status":409,"detail":"It is open."}""", ExitCodes.NotDone)]
    [InlineData(500, "text/plain", "stack trace", ExitCodes.NotDone)]
    [InlineData(200, "text/html", "<html>a login page</html>", ExitCodes.Usage)]
    public async Task Run_Refusal_HasItsExitCodeAndNoForeignText(int status, string type, string body, int expected)
    {
        await using var server = await AnsweringServer.StartAsync((_, context) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            return context.Response.WriteAsync(body);
        });

        var ending = (await _notify.RunAsync("status", "p", "--url", server.Url)).EndsWith(expected);

        Assert.NotEmpty(ending.Error);
        Assert.DoesNotContain("html", ending.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("stack", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_HostStarts_IsTriedAgain()
    {
        await using var server = await AnsweringServer.StartAsync((count, context) =>
        {
            if (count == 1)
            {
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            }

            if (count == 2)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return AnsweringServer.JsonAsync(context, View);
        });

        (await _notify.RunAsync("status", "p", "--url", server.Url)).EndsWith(ExitCodes.Done);

        Assert.Equal(3, server.Received.Count);
    }

    [Fact]
    public async Task Post_ConnectionBreaks_IsSentOnceUnlessItCarriesItsKey()
    {
        await using var server = await AnsweringServer.StartAsync((count, context) =>
        {
            if (count <= 2)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return AnsweringServer.JsonAsync(context, """{"deliveryId":"np-p~2","generation":2,"supersedes":"np-p","isRepeat":false}""");
        });

        var once = (await _notify.RunAsync("cancel", "p", "--reason", "why", "--url", server.Url)).EndsWith(ExitCodes.Unreachable);
        Assert.Contains("may have done", once.Error, StringComparison.Ordinal);
        Assert.Single(server.Received);

        (await _notify.RunAsync("redeliver", "p", "--reason", "why", "--idempotency-key", "key-1", "--url", server.Url)).EndsWith(ExitCodes.Done);
        Assert.Equal(["", "key-1", "key-1"], server.Received.Select(request => request.Headers["Idempotency-Key"].ToString()));
    }

    [Fact]
    public async Task Run_EntraScope_SendsTheTokenAndNoActor()
    {
        string? body = null;
        await using var server = await AnsweringServer.StartAsync(async (_, context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            body = await reader.ReadToEndAsync();
            await AnsweringServer.JsonAsync(context, """{"deliveryId":"np-p~2"}""");
        });
        _notify.Identity = () => new FixedIdentity();

        (await _notify.RunAsync("repair", "p", "--reason", "why", "--entra-scope", "api://x/.default", "--url", server.Url)).EndsWith(ExitCodes.Done);

        Assert.Equal("Bearer token-of-api://x/.default", Assert.Single(server.Received).Headers.Authorization.ToString());
        Assert.Equal("""{"reason":"why"}""", body);
    }

    [Fact]
    public async Task List_HostThatRepeatsAPage_IsNotReadForEver()
    {
        await using var server = await AnsweringServer.StartAsync((_, context) => AnsweringServer.JsonAsync(context, """{"items":[],"continuationToken":"same"}"""));
        var ending = (await _notify.RunAsync("list", "--all", "--url", server.Url)).EndsWith(ExitCodes.NotDone);
        Assert.Contains("same page twice", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bulk_HostGoesAway_IsPartlyDoneAndSaysHowToFinish()
    {
        await using var server = await AnsweringServer.StartAsync((count, context) =>
        {
            if (count > 1)
            {
                context.Response.StatusCode = 500;
                return Task.CompletedTask;
            }

            return AnsweringServer.JsonAsync(context, """{"dryRun":false,"matched":100,"results":[{"paymentId":"p0","verdict":"Done","deliveryId":"np-p0~2"}],"isMore":false}""");
        });
        _notify.Input = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 101).Select(number => $"p{number}")));

        var ending = (await _notify.RunAsync("redeliver", "--file", "-", "--reason", "why", "--idempotency-key", "key-1", "--url", server.Url)).EndsWith(ExitCodes.Partly);

        Assert.Contains("notify redeliver --file - --reason why --idempotency-key key-1", ending.Error, StringComparison.Ordinal);
    }

    private sealed class FixedIdentity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new($"token-of-{requestContext.Scopes[0]}", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
