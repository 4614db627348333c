using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>What one try to send a notification came to. The kind alone decides what happens next.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptKind>))]
public enum AttemptKind
{
    /// <summary>A validly signed <c>S</c>: final, delivered. <c>[guide]</c></summary>
    Acknowledged,

    /// <summary>A validly signed <c>F</c> with a code outside the set-up list: final, rejected for a business reason. <c>[guide]</c></summary>
    Rejected,

    /// <summary>
    /// An <c>F</c> with a set-up code, signed or not: our key, client id, URL or headers are wrong. It alerts and
    /// the retry schedule goes on, so that a mended key heals every waiting payment. <c>[decided]</c>
    /// </summary>
    SetupRejected,

    /// <summary>A validly signed <c>U</c>: retry the same request. <c>[guide]</c></summary>
    Unknown,

    /// <summary>
    /// No result was received: timeout, DNS, TLS, reset, an HTTP error without a signed result, an unreadable,
    /// unsigned or badly signed answer, or a fault of ours after the request was handed over. Retry: it may have
    /// been received. <c>[guide]</c>
    /// </summary>
    NoResult,

    /// <summary>A fault of ours before the wire (no key, a bug): retried, on the record. <c>[decided]</c></summary>
    NotSent,

    /// <summary>Nothing was tried: not an attempt, uses no retry. <c>[decided]</c></summary>
    Postponed,
}
