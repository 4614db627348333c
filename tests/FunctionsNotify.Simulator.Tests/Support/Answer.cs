using System.Text;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

/// <summary>An answer as it came over the wire, read whole.</summary>
internal sealed record Answer(int HttpStatus, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string Status => Result("resultStatus");

    public string Code => Result("resultCode");

    public Verification Verify(PublicKeyRing keys, byte[]? otherBody = null, string? otherTime = null) => keys.Verify(
        SignatureContent.Build(NotifyPushPayment.Path, Header("Client-Id") ?? "", otherTime ?? Header("Response-Time") ?? "", otherBody ?? Body),
        Header("Signature"));

    private string Result(string name)
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.GetProperty("result").GetProperty(name).GetString()!;
    }
}
