namespace FunctionsNotify.Scenarios;

/// <summary>What the network between the host and Alipay+ does to a connection.</summary>
public enum NetworkFault
{
    /// <summary>Nothing: requests and answers pass.</summary>
    None,

    /// <summary>Nobody listens.</summary>
    Refused,

    /// <summary>The request arrives; the connection is reset after half of the answer's head.</summary>
    ResetInHead,

    /// <summary>The request arrives; the connection is reset after half of the answer's body.</summary>
    ResetInBody,

    /// <summary>The request arrives; the answer comes back byte by byte, too slowly.</summary>
    SlowDrip,
}
