using Microsoft.Extensions.Options;

namespace FunctionsNotify.AlipayPlus;

/// <summary>The end that <see cref="AlipayPlusOptions.KeyExpiresOn"/> names: a PEM key itself carries none.</summary>
internal sealed class KeyExpiryBySetting(IOptions<AlipayPlusOptions> options) : IKeyExpiry
{
    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        options.Value.KeyExpiresOn is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : (DateTimeOffset?)null);
}
