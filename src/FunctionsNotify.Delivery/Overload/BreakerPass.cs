namespace FunctionsNotify.Deliveries;

/// <summary>The breaker's answer to one who wants to send.</summary>
public enum BreakerPass
{
    /// <summary>The send is to be postponed.</summary>
    Refused,

    /// <summary>Send.</summary>
    Free,

    /// <summary>Send: it is the one send that finds out whether Alipay+ answers again.</summary>
    Probe,
}
