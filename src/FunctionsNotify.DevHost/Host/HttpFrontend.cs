using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace FunctionsNotify.DevHost;

/// <summary>
/// The HTTP API: one endpoint for each httpTrigger. The request itself goes to the worker's own server, an invocation with
/// the same id beside it, as on the platform.
/// </summary>
internal sealed class HttpFrontend : IAsyncDisposable
{
    /// <summary>That of Core Tools.</summary>
    public const int UsualPort = 7071;

    // As long as the platform's own front end waits.
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly WebApplication _app;
    private readonly ILogger _log;
    private volatile RequestDelegate? _functions;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None });

    private HttpFrontend(WebApplication app, ILoggerFactory loggers)
    {
        _app = app;
        _log = loggers.CreateLogger("Http");
        app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Listens; a request is answered once <see cref="Serve"/> was called, with 503 before.</summary>
    public static async Task<HttpFrontend> ListenAsync(int? port, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            return await ListenOnAsync(port ?? UsualPort, loggers, cancellationToken);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            return port is null
                ? await ListenOnAsync(0, loggers, cancellationToken)
                : throw new DevHostException($"--port: {port} is in use by another program", DevHostException.Failed);
        }
    }

    public void Serve(IEnumerable<FunctionDefinition> functions, string routePrefix, Worker worker, Func<FunctionDefinition, string, CancellationToken, Task> call)
    {
        var branch = ((IApplicationBuilder)_app).New();
        branch.UseRouting();
        branch.UseEndpoints(routes =>
        {
            foreach (var function in functions)
            {
                string[] methods = function.Trigger.TryGetProperty("methods", out var given) ? [.. given.EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant())] : [];
                var pattern = $"{(routePrefix.Length == 0 ? "" : $"/{routePrefix}")}/{function.Setting("route") ?? function.Name}";
                RequestDelegate handler = context => ForwardAsync(context, function, worker, call);
                _ = methods.Length == 0 ? routes.Map(pattern, handler) : routes.MapMethods(pattern, methods, handler);
            }
        });
        _functions = branch.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private static async Task<HttpFrontend> ListenOnAsync(int port, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        var app = builder.Build();
        var frontend = new HttpFrontend(app, loggers);
        try
        {
            await app.StartAsync(cancellationToken);
            return frontend;
        }
        catch
        {
            await frontend.DisposeAsync();
            throw;
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (LoopbackGuard.Refusal(context.Request) is { } why)
        {
            return Results.Problem(statusCode: StatusCodes.Status403Forbidden, detail: why).ExecuteAsync(context);
        }

        if (_functions is { } functions)
        {
            return functions(context);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private async Task ForwardAsync(HttpContext context, FunctionDefinition function, Worker worker, Func<FunctionDefinition, string, CancellationToken, Task> call)
    {
        var ready = await worker.ReadyAsync(context.RequestAborted);
        var id = Guid.NewGuid().ToString();
        context.Request.Headers["x-ms-invocation-id"] = id;
        var forwarder = _app.Services.GetRequiredService<IHttpForwarder>();
        var forwarding = forwarder.SendAsync(context, ready.HttpUri!.ToString(), _client, Forwarding, HttpTransformer.Default).AsTask();
        try
        {
            await call(function, id, context.RequestAborted);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The worker's own answer is what the caller gets.
            HostLog.HttpFailed(_log, function.Name, fault.GetBaseException().Message);
        }

        if (await forwarding is not ForwarderError.None and var error && !context.RequestAborted.IsCancellationRequested)
        {
            HostLog.HttpFailed(_log, function.Name, error.ToString());
        }
    }
}
