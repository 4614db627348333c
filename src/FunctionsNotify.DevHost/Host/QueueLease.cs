using Azure.Core;
using Azure.Core.Pipeline;

namespace FunctionsNotify.DevHost;

/// <summary>Shortens the ten minutes, a constant of the queue trigger, for which a message that is being worked on is hidden.</summary>
internal sealed class QueueLease : HttpPipelineSynchronousPolicy
{
    private const string Lease = "visibilitytimeout=600";

    public static TimeSpan Short { get; } = TimeSpan.FromSeconds(20);

    public override void OnSendingRequest(HttpMessage message)
    {
        var uri = message.Request.Uri;
        if (uri.Query.Contains(Lease, StringComparison.Ordinal))
        {
            uri.Query = uri.Query.Replace(Lease, $"visibilitytimeout={Short.TotalSeconds:0}", StringComparison.Ordinal);
        }
    }
}
