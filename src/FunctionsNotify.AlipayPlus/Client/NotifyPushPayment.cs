namespace FunctionsNotify.AlipayPlus;

/// <summary>The call's fixed names. <c>[guide]</c> <c>[family]</c></summary>
public static class NotifyPushPayment
{
    /// <summary>The path, also the first line of the signed content. <c>[guide]</c></summary>
    public const string Path = "/aps/api/v1/payments/notifyPushPayment";

    /// <summary>The header that names the acquirer. <c>[family]</c></summary>
    public const string ClientIdHeader = "Client-Id";

    /// <summary>The request's time, ISO 8601. <c>[family]</c></summary>
    public const string RequestTimeHeader = "Request-Time";

    /// <summary>The answer's time, ISO 8601. <c>[family]</c></summary>
    public const string ResponseTimeHeader = "Response-Time";

    /// <summary>The answer's trace id, to name towards Alipay+. <c>[family]</c></summary>
    public const string TraceIdHeader = "Trace-Id";

    /// <summary>The content type of request and answer. <c>[family]</c></summary>
    public const string ContentType = "application/json; charset=UTF-8";
}
