using System.Reflection;
using System.Text.Json.Serialization;

namespace FunctionsNotify.App;

internal sealed record HealthReport(string Status, string Host, string Version, DeliveryPolicy Delivery, OverloadPolicy Overload)
{
    private static readonly string _version =
        typeof(HealthReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static HealthReport Of(DeliveryPolicy delivery, OverloadPolicy overload) => new("ok", AppServices.Host, _version, delivery, overload);
}

internal sealed record ReadinessReport(string Status, IReadOnlyList<ReadinessResult> Checks)
{
    public const string Ok = "ok";

    public const string Failing = "failing";
}

internal sealed record ReadinessResult(
    string Name,
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail);

// Whether the app can work. Whoever reaches it may ask, so the answer holds no name of an account and no secret, and one
// answer serves all who ask within five seconds.
internal sealed class Readiness
{
    public static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan AnswerLasts = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ReadinessCheck> _checks;
    private readonly TimeProvider _time;
    private readonly SharedAnswer<ReadinessReport> _report;

    public Readiness(IEnumerable<ReadinessCheck> checks, TimeProvider time)
    {
        (_checks, _time) = ([.. checks], time);
        _report = new SharedAnswer<ReadinessReport>(CheckAsync, AnswerLasts, time);
    }

    public static ReadinessCheck Configuration(DeliveryPolicy delivery) => new("configuration", _ => Task.FromResult(delivery.Violations() is [var fault, ..] ? fault : null));

    public static ReadinessCheck SigningKey(IRequestSigner signer) => new(
        "signing-key",
        async cancellationToken => await signer.SignAsync("readiness"u8.ToArray(), cancellationToken) switch
        {
            SigningResult.Success => null,
            SigningResult.Throttled => "the signing service asks to slow down",
            // The detail may name the key's place, and anybody reads this.
            _ => "no signature can be made; the log says why when a notification is sent",
        });

    public Task<ReadinessReport> GetAsync(CancellationToken cancellationToken) => _report.GetAsync(cancellationToken);

    private async Task<ReadinessReport> CheckAsync()
    {
        var results = await Task.WhenAll(_checks.Select(async check => await FindFaultAsync(check) is { } fault
            ? new ReadinessResult(check.Name, ReadinessReport.Failing, fault)
            : new ReadinessResult(check.Name, ReadinessReport.Ok, null)));
        return new ReadinessReport(Array.TrueForAll(results, result => result.Detail is null) ? ReadinessReport.Ok : ReadinessReport.Failing, results);
    }

    private async Task<string?> FindFaultAsync(ReadinessCheck check)
    {
        using var limit = new CancellationTokenSource(LongestCheck, _time);
        try
        {
            // Not all of them heed the token, and some block: the answer comes anyway.
            return await Task.Run(() => check.FindFault(limit.Token), CancellationToken.None).WaitAsync(LongestCheck, _time);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            return $"no answer within {LongestCheck.TotalSeconds:0} s";
        }
#pragma warning disable CA1031 // Whatever the fault: it is the answer. Its message may hold a name, its type does not.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return $"a fault: {fault.GetType().Name}";
        }
    }
}
