namespace FunctionsNotify.AlipayPlus.Tests;

/// <summary>One request as it came over the wire.</summary>
internal sealed record ReceivedRequest(string RequestLine, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public string Header(string name) => Headers.Single(header => header.Key == name).Value;
}
