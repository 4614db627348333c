namespace FunctionsNotify.App;

internal static class HostChecks
{
    public static ReadinessCheck Configuration(DeliveryPolicy delivery, OverloadPolicy overload) => new(
        "configuration",
        _ => Task.FromResult(delivery.Violations().Concat(overload.Violations()).FirstOrDefault()));

    public static ReadinessCheck SigningKey(IRequestSigner signer) => new(
        "signing-key",
        async cancellationToken => await signer.SignAsync("readiness"u8.ToArray(), cancellationToken).ConfigureAwait(false) switch
        {
            SigningResult.Success => null,
            SigningResult.Throttled => "the signing service asks to slow down",
            // The detail may name the key's place, and anybody reads this.
            _ => "no signature can be made; the log says why when a notification is sent",
        });
}
