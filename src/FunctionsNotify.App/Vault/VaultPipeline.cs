using Azure.Core;
using Azure.Core.Pipeline;

namespace FunctionsNotify.App;

// The way to the vault. A signature sits inside an attempt, whose schedule is the real retry: two short tries fit into
// the usual request timeout, and a vault that asks us to slow down is not tried again at once.
internal static class VaultPipeline
{
    // Two tries of 2 s and the pause between them stay under the usual request timeout of 5 s.
    public static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(2);

    private const int MaxRetries = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.2);

    public static HttpPipeline Create(Uri vault, TokenCredential credential, HttpPipelineTransport? transport, TimeSpan tryTimeout)
    {
        var options = new VaultClientOptions();
        options.Retry.Mode = RetryMode.Fixed;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = Pause;
        options.Retry.NetworkTimeout = tryTimeout;
        if (transport is not null)
        {
            options.Transport = transport;
        }

        return HttpPipelineBuilder.Build(
            options, [], [new BearerTokenAuthenticationPolicy(credential, VaultAddress.Scope(vault))], new VaultResponses());
    }

    private sealed class VaultClientOptions : ClientOptions;

    private sealed class VaultResponses : Azure.Core.ResponseClassifier
    {
        public override bool IsRetriableResponse(HttpMessage message) =>
            message.Response.Status is 408 or 500 or 502 or 504
            // A pause that the server asks for would outlast the attempt.
            && !message.Response.Headers.Contains(VaultFault.RetryAfterHeader);
    }
}
