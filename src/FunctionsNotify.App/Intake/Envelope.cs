using System.Text.Json;
using FunctionsNotify.Client;

namespace FunctionsNotify.App;

internal sealed class Envelope
{
    public const int MaxUnknownListed = 20;

    public static readonly string[] Members =
    [
        NotificationEnvelope.VersionMember,
        NotificationEnvelope.TraceParentMember,
        NotificationEnvelope.TraceStateMember,
        NotificationEnvelope.NotificationMember,
    ];

    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Repeated { get; } = new(StringComparer.Ordinal);

    public List<string> Unknown { get; } = [];

    public int UnknownCount { get; set; }

    public string? SyntaxFault { get; set; }

    public bool IsVersionKnown { get; set; }

    public JsonTokenType VersionKind { get; set; }

    public string? TraceParent { get; set; }

    public JsonTokenType TraceParentKind { get; set; }

    public string? TraceState { get; set; }

    public JsonTokenType TraceStateKind { get; set; }

    public ReadOnlyMemory<byte>? Notification { get; set; }

    public JsonTokenType NotificationKind { get; set; }

    public bool IsEnvelope => Seen.Contains(NotificationEnvelope.VersionMember);
}
