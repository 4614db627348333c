using System.Text;

namespace FunctionsNotify.Scenarios;

/// <summary>A payment's notification as a backend would write it.</summary>
/// <param name="Id">The payment.</param>
/// <param name="Body">The notification's exact bytes.</param>
public sealed record Payment(string Id, byte[] Body)
{
    /// <summary>Stands in the body of every payment that succeeded, and nowhere else.</summary>
    public const string Marker = "réussi ✓";

    private static int _count;

    /// <summary>A payment that succeeded; written with blanks and UTF-8 beyond ASCII, so that a re-serialised body shows.</summary>
    /// <param name="scenario">A short word for whoever reads the logs.</param>
    public static Payment Succeeded(string scenario)
    {
        var id = NewId(scenario);
        return new(id, Encoding.UTF8.GetBytes(SucceededText(id)));
    }

    /// <summary>A payment that failed.</summary>
    public static Payment Failed(string scenario, string resultCode)
    {
        var id = NewId(scenario);
        return new(id, Encoding.UTF8.GetBytes($$$"""{"paymentResult":{"resultStatus":"F","resultCode":"{{{resultCode}}}","resultMessage":"declined"},"paymentId":"{{{id}}}"}"""));
    }

    /// <summary>A new paymentId of this run, safe as it is.</summary>
    public static string NewId(string scenario) => $"{ScenarioSettings.RunId}-{scenario}-{Interlocked.Increment(ref _count)}";

    /// <summary>The same payment with other content: only the result's message differs.</summary>
    public Payment Contradicted() => this with { Body = Encoding.UTF8.GetBytes(SucceededText(Id).Replace(Marker, "réussi ✗", StringComparison.Ordinal)) };

    /// <summary>The same content, other bytes: blanks taken out.</summary>
    public Payment Rewritten() => this with { Body = Encoding.UTF8.GetBytes(SucceededText(Id).Replace(" : ", ":", StringComparison.Ordinal)) };

    private static string SucceededText(string id) =>
        $$"""{ "paymentResult" : { "resultStatus" : "S", "resultCode" : "SUCCESS", "resultMessage" : "{{Marker}}" }, "paymentId" : "{{id}}", "paymentRequestId" : "req-{{id}}", "paymentTime" : "2020-01-01T12:01:01+08:30" }""";
}
