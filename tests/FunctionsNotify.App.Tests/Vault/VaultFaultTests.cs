using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Security.Cryptography;
using Azure.Core.Diagnostics;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>Everything that can stand in the way of a signature ends in a value that says what to do, and tells no secret.</summary>
public sealed class VaultFaultTests : IAsyncLifetime
{
    private readonly FakeIdentity _identity = new();
    private readonly RSA _key = RsaKeys.ReadPrivateKey(Vectors.PrivateKeyPem);
    private FakeVault _vault = null!;
    private string _version = null!;

    public async Task InitializeAsync()
    {
        _vault = await FakeVault.StartAsync();
        _version = _vault.AddKey(VaultSigners.KeyName, _key);
    }

    public async Task DisposeAsync()
    {
        await _vault.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task SignAsync_TokenThatTheVaultDoesNotAccept_IsAFault()
    {
        _identity.Token = "another";
        Assert.StartsWith("The vault did not accept our token (401, Unauthorized)", await Signer().FaultAsync(), StringComparison.Ordinal);
        Assert.Single(_vault.Requests);
    }

    [Fact]
    public async Task SignAsync_IdentityWithoutTheRole_IsAFaultThatNamesTheRole()
    {
        Refuse(403, "Forbidden", "ForbiddenByRbac");
        var detail = await Signer().FaultAsync();
        Assert.StartsWith("The vault refused the signature (403, Forbidden, ForbiddenByRbac)", detail, StringComparison.Ordinal);
        Assert.Contains("Key Vault Crypto User", detail, StringComparison.Ordinal);
        Assert.Single(_vault.Requests);
    }

    [Fact]
    public async Task SignAsync_DisabledKey_IsAFault()
    {
        _vault.Disable(VaultSigners.KeyName, _version);
        Assert.Contains("(403, Forbidden, KeyDisabled)", await Signer().FaultAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignAsync_UnknownKeyOrVersion_IsAFaultThatNamesTheSettings()
    {
        Assert.Contains("(404, KeyNotFound)", await VaultSigners.Over(_vault, _identity, _version, name: "no-such-key").FaultAsync(), StringComparison.Ordinal);
        var detail = await VaultSigners.Over(_vault, _identity, new string('0', 32)).FaultAsync();
        Assert.Contains("(404, KeyNotFound): check KeyVault__Uri, KeyVault__KeyName and KeyVault__KeyVersion", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, null, "The vault asked us to slow down (429, Throttled).")]
    [InlineData(429, "7", "The vault asked us to slow down (429, Throttled, for 7 s).")]
    [InlineData(429, "Fri, 31 Dec 1999 23:59:59 GMT", "The vault asked us to slow down (429, Throttled).")]
    [InlineData(503, "30", "The vault asked us to slow down (503, Throttled, for 30 s).")]
    public async Task SignAsync_VaultIsBusy_IsThrottledAtOnce(int status, string? retryAfter, string expected)
    {
        _vault.Instead = (context, _) =>
        {
            if (retryAfter is not null)
            {
                context.Response.Headers.RetryAfter = retryAfter;
            }

            return FakeVault.RefuseAsync(context, status, "Throttled");
        };

        var result = await Signer().SignAsync("content"u8.ToArray(), CancellationToken.None);

        Assert.Equal(new SigningResult.Throttled(expected), result);
        Assert.Single(_vault.Requests);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task SignAsync_PassingFault_IsTriedOnceMore(int status)
    {
        _vault.Instead = (context, _) =>
        {
            _vault.Instead = null;
            return FakeVault.AnswerAsync(context, status, string.Empty);
        };
        Assert.IsType<SigningResult.Success>(await Signer().SignAsync("content"u8.ToArray(), CancellationToken.None));
        Assert.Equal(2, _vault.Requests.Count);
    }

    [Fact]
    public async Task SignAsync_LastingFault_IsAFaultAfterTwoTries()
    {
        Refuse(500, "InternalError");
        Assert.Equal("The vault gave no signature (500, InternalError).", await Signer().FaultAsync());
        Assert.Equal(2, _vault.Requests.Count);
        Assert.Equal(1, _identity.Requests);
    }

    [Fact]
    public async Task SignAsync_FaultWithAPause_IsNotWaitedFor()
    {
        _vault.Instead = (context, _) =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return FakeVault.RefuseAsync(context, 500, "InternalError");
        };
        Assert.Contains("(500, InternalError)", await Signer().FaultAsync(), StringComparison.Ordinal);
        Assert.Single(_vault.Requests);
    }

    [Fact]
    public async Task SignAsync_Redirect_IsNotFollowed()
    {
        _vault.Instead = (context, _) =>
        {
            context.Response.Headers.Location = "https://other.example/";
            return FakeVault.AnswerAsync(context, 307, string.Empty);
        };
        Assert.Equal("The vault gave no signature (307).", await Signer().FaultAsync());
        Assert.Single(_vault.Requests);
    }

    [Theory]
    [InlineData("{\"error\":\"x\"}")]
    [InlineData("{\"error\":{\"code\":7}}")]
    [InlineData("{\"error\":{\"code\":\"not a code, but a text\"}}")]
    [InlineData("{\"error\":{\"innererror\":[]}}")]
    [InlineData("7")]
    [InlineData("<html>")]
    public async Task SignAsync_RefusalInAnotherShape_IsAFaultWithItsStatusOnly(string body)
    {
        _vault.Instead = (context, _) => FakeVault.AnswerAsync(context, 418, body);
        Assert.Equal("The vault gave no signature (418).", await Signer().FaultAsync());
    }

    [Fact]
    public async Task SignAsync_SlowVault_IsAFaultAfterTwoShortTries()
    {
        _vault.Instead = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        var signer = VaultSigners.Over(_vault, _identity, _version, TimeSpan.FromMilliseconds(300));
        Assert.Equal("The vault did not answer in time.", await signer.FaultAsync());
        // On a busy machine a try may end before its request arrives.
        Assert.InRange(_vault.Requests.Count, 0, 2);
    }

    [Fact]
    public async Task SignAsync_NobodyListens_IsAFault()
    {
        var signer = Signer();
        await _vault.DisposeAsync();
        try
        {
            Assert.Equal("The vault could not be reached (ConnectionRefused).", await signer.FaultAsync());
        }
        finally
        {
            _vault = await FakeVault.StartAsync();
        }
    }

    [Fact]
    public async Task SignAsync_ConnectionThatBreaks_IsAFault()
    {
        _vault.Instead = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.StartsWith("The vault could not be reached (", await Signer().FaultAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignAsync_CertificateThatNobodyTrusts_IsAFaultAndTheTokenStaysHere()
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        var signer = VaultSigners.Over(_vault, _identity, _version, transport: new HttpClientTransport(handler));
        Assert.Equal("The vault could not be reached (TLS).", await signer.FaultAsync());
        Assert.Empty(_vault.Requests);
    }

    [Fact]
    public async Task SignAsync_NoToken_IsAFaultWithTheIdentitysCodeAndNoText()
    {
        _identity.Fault = new AuthenticationFailedException("AADSTS700016: Application 'secret' was not found.");
        var detail = await Signer().FaultAsync();
        Assert.Equal("There is no token for the vault (AuthenticationFailedException, AADSTS700016): check KeyVault__Credential and KeyVault__ClientId.", detail);
        Assert.Empty(_vault.Requests);
    }

    [Fact]
    public async Task SignAsync_NoIdentity_IsAFault()
    {
        _identity.Fault = new CredentialUnavailableException("secret");
        Assert.StartsWith("There is no token for the vault (CredentialUnavailableException)", await Signer().FaultAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignAsync_CredentialThatThrowsAnything_IsAFaultWithoutItsText()
    {
        _identity.Fault = new InvalidOperationException("secret");
        Assert.Equal("The vault could not be asked (InvalidOperationException).", await Signer().FaultAsync());
    }

    [Fact]
    public async Task SignAsync_StoppedBeforehand_AsksNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Signer().SignAsync("content"u8.ToArray(), new CancellationToken(canceled: true)).AsTask());
        Assert.Empty(_vault.Requests);
        Assert.Equal(0, _identity.Requests);
    }

    [Fact]
    public async Task SignAsync_StoppedMeanwhile_IsCancelledAndNotTriedAgain()
    {
        using var stop = new CancellationTokenSource();
        _vault.Instead = (_, end) =>
        {
            stop.Cancel();
            return Task.Delay(Timeout.Infinite, end);
        };
        var fault = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Signer().SignAsync("content"u8.ToArray(), stop.Token).AsTask());
        Assert.Equal(stop.Token, fault.CancellationToken);
        Assert.Single(_vault.Requests);
    }

    [Fact]
    public async Task SignAsync_WhateverHappens_NeitherLogsNorFaultsHoldTheTokenOrTheVaultsMessage()
    {
        var log = new ConcurrentQueue<string>();
        using var listener = new AzureEventSourceListener((_, line) => log.Enqueue(line), EventLevel.Verbose);
        var signer = Signer();
        await signer.SignAsync("content"u8.ToArray(), CancellationToken.None);
        foreach (var status in (int[])[400, 401, 403, 404, 409, 418, 429, 500, 503])
        {
            Refuse(status, "Code", "Inner");
            log.Enqueue((await signer.SignAsync("content"u8.ToArray(), CancellationToken.None)).ToString());
        }

        Assert.Contains(log, line => line.Contains($"/keys/{VaultSigners.KeyName}/{_version}/sign", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("Code, Inner", StringComparison.Ordinal));
        Assert.All(log, line =>
        {
            Assert.DoesNotContain(FakeVault.Token, line, StringComparison.Ordinal);
            Assert.DoesNotContain("Caller", line, StringComparison.Ordinal);
        });
    }

    private void Refuse(int status, string code, string? inner = null) =>
        _vault.Instead = (context, _) => FakeVault.RefuseAsync(context, status, code, inner);

    private IRequestSigner Signer() => VaultSigners.Over(_vault, _identity, _version);
}
