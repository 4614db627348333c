namespace FunctionsNotify.App.Tests.Storage;

/// <summary>
/// The one list of the refusing rules that the schemas do not state, each with a body that only this rule refuses: the
/// code refuses it, a schema accepts it or never sees it, because it is no sound JSON.
/// </summary>
internal static class BeyondSchema
{
    private const string Result = "\"paymentResult\":{\"resultStatus\":\"F\",\"resultCode\":\"X\"}";

    /// <summary>What the rule's sentence begins with, and a body.</summary>
    public static readonly (string Rule, string Body)[] Rules =
    [
        ("must have at most 65536 bytes", $"{{\"paymentId\":\"1\",{Result},\"more\":\"{new string('x', 65_536)}\"}}"),
        ("must be one strict JSON value", $"{{\"paymentId\":\"1\",{Result},}}"),
        ("must be given once", $"{{\"paymentId\":\"1\",\"paymentId\":\"1\",{Result}}}"),
        ("must be valid Unicode", $"{{\"paymentId\":\"1\",{Result},\"more\":\"\\ud800\"}}"),
        ("its name must be valid Unicode", $"{{\"paymentId\":\"1\",{Result},\"\\ud800\":\"x\"}}"),

        // The calendar apart from leap years is in the schema; this sentence is also that of rules which it states.
        ("must be an ISO 8601 date and time with an offset", $"{{\"paymentId\":\"1\",{Result},\"paymentTime\":\"2023-02-29T12:00:00Z\"}}"),
    ];

    /// <summary>The same for the envelope.</summary>
    public static readonly (string Rule, string Body)[] EnvelopeRules =
    [
        ("must be the number 1", $"{{\"functionsNotify\":1.0,\"notification\":{{\"paymentId\":\"1\",{Result}}}}}"),
        ("must be given once", $"{{\"functionsNotify\":1,\"functionsNotify\":1,\"notification\":{{\"paymentId\":\"1\",{Result}}}}}"),
        ("must be one strict JSON value", $"{{\"functionsNotify\":1,\"notification\":{{\"paymentId\":\"1\",{Result}}},}}"),
    ];

    /// <summary>True for a date that is wrong in a common year only.</summary>
    public static bool IsLeapDay(string? paymentTime) =>
        paymentTime is not null && (paymentTime.AsSpan(4).StartsWith("-02-29") || paymentTime.AsSpan(4).StartsWith("0229"));
}
