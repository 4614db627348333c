using System.Text;

namespace FunctionsNotify.Scenarios;

/// <summary>A payment's notification as a backend would write it.</summary>
/// <param name="Id">The payment.</param>
/// <param name="Body">The notification's exact bytes.</param>
internal sealed record Payment(string Id, byte[] Body)
{
    /// <summary>Stands in the body of every payment that succeeded, and nowhere else.</summary>
    public const string Marker = "réussi ✓";

    private static int _count;

    /// <summary>A payment that succeeded; written with blanks and UTF-8 beyond ASCII, so that a re-serialised body shows.</summary>
    /// <param name="scenario">A short word for whoever reads the logs.</param>
    /// <param name="request">Its paymentRequestId, where not one of its own.</param>
    public static Payment Succeeded(string scenario, string? request = null)
    {
        var id = NewId(scenario);
        return new(id, Encoding.UTF8.GetBytes(
            $$"""{ "paymentResult" : { "resultStatus" : "S", "resultCode" : "SUCCESS", "resultMessage" : "{{Marker}}" }, "paymentId" : "{{id}}", "paymentRequestId" : "{{request ?? $"req-{id}"}}", "paymentTime" : "2020-01-01T12:01:01+08:30" }"""));
    }

    /// <summary>A payment that failed.</summary>
    public static Payment Failed(string scenario, string resultCode)
    {
        var id = NewId(scenario);
        return new(id, Encoding.UTF8.GetBytes($$$"""{"paymentResult":{"resultStatus":"F","resultCode":"{{{resultCode}}}","resultMessage":"declined"},"paymentId":"{{{id}}}"}"""));
    }

    /// <summary>A new paymentId of this run, safe as it is.</summary>
    public static string NewId(string scenario) => $"{ScenarioSettings.RunId}-{scenario}-{Interlocked.Increment(ref _count)}";

    /// <summary>The id of the payment's n-th delivery.</summary>
    public string DeliveryId(int generation) => FormattableString.Invariant($"np-{Id}~{generation:D4}");

    /// <summary>The same payment with other content: only the result's message differs.</summary>
    public Payment Contradicted() => With(Marker, "réussi ✗");

    /// <summary>The same content, other bytes: blanks taken out.</summary>
    public Payment Rewritten() => With(" : ", ":");

    public Payment With(string text, string other) =>
        this with { Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Body).Replace(text, other, StringComparison.Ordinal)) };
}

/// <summary>The forms in which a backend may put a notification on the queue.</summary>
internal static class MessageForm
{
    public static byte[] Envelope(byte[] body) =>
        [.. """{"functionsNotify":1,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","notification":"""u8, .. body, .. "}"u8];

    public static byte[] WithByteOrderMark(byte[] content) => [0xEF, 0xBB, 0xBF, .. content];

    public static string Raw(byte[] content) => Encoding.UTF8.GetString(content);

    /// <summary>As many clients write by default.</summary>
    public static string Base64(byte[] content) => Convert.ToBase64String(content);
}
