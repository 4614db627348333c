using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>Why nothing was tried; decides how long to wait before looking again. <c>[decided]</c></summary>
[JsonConverter(typeof(JsonStringEnumConverter<PostponeReason>))]
public enum PostponeReason
{
    /// <summary>The circuit breaker towards Alipay+ is open.</summary>
    BreakerOpen,

    /// <summary>The signing service asked us to slow down.</summary>
    SignerThrottled,

    /// <summary>This instance's own send limit was full for the whole time that the activity may wait.</summary>
    LimiterFull,
}
