using Azure.Core;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>Hands out the vault's token and counts how often it was asked.</summary>
internal sealed class FakeIdentity : TokenCredential
{
    private int _requests;

    public int Requests => _requests;

    public string Token { get; set; } = FakeVault.Token;

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    public Exception? Fault { get; set; }

    public string? Scope { get; private set; }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        Scope = string.Join(' ', requestContext.Scopes);
        return Fault is null ? new AccessToken(Token, DateTimeOffset.UtcNow + Lifetime) : throw Fault;
    }

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        // Gives way, so that requests at the same time really meet.
        await Task.Yield();
        return GetToken(requestContext, cancellationToken);
    }
}
