using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FunctionsNotify.Scenarios;

/// <summary>What becomes of a call to the storage account.</summary>
public enum StorageFault
{
    None,

    /// <summary>The service says that it is busy; nothing was done.</summary>
    Refused,

    /// <summary>It is done, and the connection breaks before the answer.</summary>
    Lost,
}

/// <summary>A call to the storage account; <paramref name="Text"/> is all that it says, messages decoded.</summary>
internal sealed record StorageCall(string Method, string Path, string Text);

/// <summary>The network between a host and its storage account; a test says which calls fail.</summary>
internal sealed partial class StorageProxy : IAsyncDisposable
{
    private static readonly HashSet<string> Hops = new(["Connection", "Expect", "Host", "Keep-Alive", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null });
    private readonly Dictionary<int, int> _ports = [];
    private readonly WebApplication _app;

    private StorageProxy(string storage)
    {
        ConnectionString = Port().Replace(storage, match =>
        {
            var port = OwnHost.FreePort();
            _ports[port] = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var port in _ports.Keys)
            {
                kestrel.Listen(IPAddress.Loopback, port);
            }
        });
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    /// <summary>The account, by way of this proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>Asked for each call.</summary>
    public Func<StorageCall, StorageFault> Judge { get; set; } = _ => StorageFault.None;

    public static async Task<StorageProxy> StartAsync(string storage)
    {
        var proxy = new StorageProxy(storage);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        var path = context.Request.Path.Value!;
        var fault = Judge(new StorageCall(context.Request.Method, path, $"{path}\n{text}\n{Decoded(text)}"));
        if (fault == StorageFault.Refused)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers["x-ms-error-code"] = "ServerBusy";
            return;
        }

        // What was sent has its effect, also when the sender has left.
        body.Position = 0;
        using var request = RequestTo(context, body);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
        if (fault == StorageFault.Lost)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Where(header => !Hops.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    // As it came, to the letter: it is signed.
    private HttpRequestMessage RequestTo(HttpContext context, MemoryStream body)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var uri = new Uri(
            string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports[context.Connection.LocalPort]}{target}"),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), uri);
        if (context.Request.ContentLength is not null || body.Length > 0)
        {
            request.Content = new StreamContent(body);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !Hops.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return request;
    }

    private static string Decoded(string text) =>
        Message().Match(text) is { Success: true } message && Convert.TryFromBase64String(message.Groups[1].Value, new byte[message.Length], out _)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(message.Groups[1].Value))
            : string.Empty;

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)")]
    private static partial Regex Port();

    [GeneratedRegex("<MessageText>([^<]*)</MessageText>")]
    private static partial Regex Message();
}
