using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>
/// A vault on a loopback port that speaks the sign operation of the REST contract over TLS and really signs. It is as
/// strict as the contract: what it does not know is refused, never guessed.
/// </summary>
internal sealed partial class FakeVault : IAsyncDisposable
{
    /// <summary>The only token that it accepts.</summary>
    public const string Token = "eyJ0b2tlbiI6InNlY3JldC1vZi10aGUtdGVzdHMifQ.c2VjcmV0";

    // Made once: a key takes longer than most of these tests.
    private static readonly X509Certificate2 Certificate = SelfSigned();

    private readonly ConcurrentDictionary<(string Name, string Version), RSA> _keys = new();
    private readonly ConcurrentDictionary<(string Name, string Version), bool> _disabled = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;

    private FakeVault()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate)));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<VaultRequest> Requests { get; } = [];

    /// <summary>Answers in place of the contract; the tests of everything that goes wrong.</summary>
    public Func<HttpContext, CancellationToken, Task>? Instead { get; set; }

    public static async Task<FakeVault> StartAsync()
    {
        var vault = new FakeVault();
        await vault._app.StartAsync();
        vault.Address = new Uri(vault._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return vault;
    }

    /// <summary>Adds a version of a key, as the vault would make it.</summary>
    /// <returns>The version.</returns>
    public string AddKey(string name, RSA key)
    {
        var version = Guid.NewGuid().ToString("N");
        var copy = RSA.Create();
        copy.ImportParameters(key.ExportParameters(includePrivateParameters: true));
        _keys[(name, version)] = copy;
        return version;
    }

    public void Disable(string name, string version) => _disabled[(name, version)] = true;

    /// <summary>A transport that trusts the fake vaults and nobody else.</summary>
    public static HttpPipelineTransport Transport()
    {
        var thumbprint = Certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString(HashAlgorithmName.SHA256) == thumbprint;
        return new HttpClientTransport(handler);
    }

    public static async Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(body);
    }

    /// <summary>Refuses in the vault's shape; its message names what must not be repeated.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string code, string? inner = null)
    {
        var cause = inner is null ? string.Empty : $$""","innererror":{"code":"{{inner}}"}""";
        return AnswerAsync(context, status, $$$"""{"error":{"code":"{{{code}}}","message":"Caller: appid=11111111-2222-3333-4444-555555555555; token={{{Token}}}"{{{cause}}}}}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Requests.Enqueue(new VaultRequest(context.Request.Method, context.Request.Path.Value!, context.Request.QueryString.Value!, context.Request.Headers.Authorization.ToString(), body));
        if (Instead is { } instead)
        {
            await instead(context, _stopping.Token);
            return;
        }

        await SignAsync(context, body);
    }

    private async Task SignAsync(HttpContext context, string body)
    {
        if (SignPath().Match(context.Request.Path.Value!) is not { Success: true } path || !HttpMethods.IsPost(context.Request.Method))
        {
            await RefuseAsync(context, 404, "NotFound");
        }
        else if (context.Request.QueryString.Value != "?api-version=7.4")
        {
            await RefuseAsync(context, 400, "BadParameter");
        }
        else if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.Headers.WWWAuthenticate = "Bearer authorization=\"https://login.example/tenant\", resource=\"https://vault.azure.net\"";
            await RefuseAsync(context, 401, "Unauthorized");
        }
        else if (context.Request.ContentType != "application/json" || Digest(body) is not { Length: 32 } digest)
        {
            await RefuseAsync(context, 400, "BadParameter");
        }
        else
        {
            var (name, version) = (path.Groups["name"].Value, path.Groups["version"].Value);
            if (!_keys.TryGetValue((name, version), out var key))
            {
                await RefuseAsync(context, 404, "KeyNotFound");
            }
            else if (_disabled.ContainsKey((name, version)))
            {
                await RefuseAsync(context, 403, "Forbidden", "KeyDisabled");
            }
            else
            {
                byte[] signature;
                lock (key)
                {
                    signature = key.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

                await AnswerAsync(context, 200, $$"""{"kid":"https://{{context.Request.Host}}/keys/{{name}}/{{version}}","value":"{{Base64Url.EncodeToString(signature)}}"}""");
            }
        }
    }

    // Exactly the two members of the contract.
    private static byte[]? Digest(string body)
    {
        using var document = JsonDocument.Parse(body);
        var members = document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
        return members is { Count: 2 } && members.GetValueOrDefault("alg") == "RS256" && members.GetValueOrDefault("value") is { } value && Base64Url.IsValid(value)
            ? Base64Url.DecodeFromChars(value)
            : null;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // Some platforms serve TLS only from a key that went through a file format.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    [GeneratedRegex("^/keys/(?<name>[^/]+)/(?<version>[^/]+)/sign$")]
    private static partial Regex SignPath();
}
