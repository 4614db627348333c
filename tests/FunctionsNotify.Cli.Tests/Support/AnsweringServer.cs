using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.Cli.Tests;

/// <summary>A server for what a healthy host cannot be made to answer: faults of the transport, gateways, redirects.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private AnsweringServer(WebApplication web) => _web = web;

    public ConcurrentQueue<(string Method, string Target, IHeaderDictionary Headers)> Received { get; } = new();

    public string Url => _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<AnsweringServer> StartAsync(Func<int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var server = new AnsweringServer(web);
        web.Run(async context =>
        {
            var headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
            server.Received.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, headers));
            await answer(server.Received.Count, context);
        });
        await web.StartAsync();
        return server;
    }

    public static Task ProblemAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync(json);
    }

    public static Task JsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}
