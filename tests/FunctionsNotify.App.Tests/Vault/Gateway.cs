using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>
/// Alipay+'s side of a key rotation, which the simulator with its one key version does not have: it knows several of our
/// public keys at a time, and signs with the one of its own keys that it is told to.
/// </summary>
internal sealed class Gateway : IAsyncDisposable
{
    public const string ClientId = "SANDBOX_TEST0001";

    private readonly WebApplication _app;

    private Gateway()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Address { get; private set; } = null!;

    /// <summary>Our public keys by version, as they were uploaded.</summary>
    public ConcurrentDictionary<string, string> UploadedKeys { get; } = new();

    /// <summary>What it signs its answers with, and the version that it names.</summary>
    public (RSA Key, string Version) AnswerKey { get; set; }

    /// <summary>The key versions of the requests that it verified.</summary>
    public ConcurrentQueue<string> VerifiedVersions { get; } = [];

    public static async Task<Gateway> StartAsync()
    {
        var gateway = new Gateway();
        await gateway._app.StartAsync();
        gateway.Address = gateway._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return gateway;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var content = SignatureContent.Build(NotifyPushPayment.Path, ClientId, headers[NotifyPushPayment.RequestTimeHeader].ToString(), body.ToArray());
        using var ring = PublicKeyRing.FromTexts(UploadedKeys);
        var verification = ring.Verify(content, headers[SignatureHeader.HeaderName].ToString());
        switch (verification.Status)
        {
            case VerificationStatus.Valid:
                VerifiedVersions.Enqueue(verification.KeyVersion!);
                await WriteAsync(context, """{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}""", signed: true);
                break;
            case VerificationStatus.UnknownKeyVersion:
                await WriteAsync(context, """{"result":{"resultStatus":"F","resultCode":"KEY_NOT_FOUND"}}""", signed: false);
                break;
            default:
                await WriteAsync(context, """{"result":{"resultStatus":"F","resultCode":"INVALID_SIGNATURE"}}""", signed: false);
                break;
        }
    }

    private async Task WriteAsync(HttpContext context, string body, bool signed)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var headers = context.Response.Headers;
        if (signed)
        {
            var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
            var (key, version) = AnswerKey;
            using var signer = new PemRequestSigner(key, version);
            headers[NotifyPushPayment.ClientIdHeader] = ClientId;
            headers[NotifyPushPayment.ResponseTimeHeader] = time;
            headers[SignatureHeader.HeaderName] = SignatureHeader.Format(
                version, signer.Sign(SignatureContent.Build(NotifyPushPayment.Path, ClientId, time, bytes)));
        }

        headers.ContentType = NotifyPushPayment.ContentType;
        await context.Response.Body.WriteAsync(bytes);
    }
}
