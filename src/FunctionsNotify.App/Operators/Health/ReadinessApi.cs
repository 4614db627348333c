using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The handler of readiness. Whoever reaches the host may ask, so the answer holds no name of an account and no secret,
// and one answer serves all who ask within 5 seconds.
internal sealed class ReadinessApi
{
    public static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan AnswerLasts = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ReadinessCheck> _checks;
    private readonly TimeProvider _time;
    private readonly SharedAnswer<ReadinessReport> _report;

    public ReadinessApi(IEnumerable<ReadinessCheck> checks, TimeProvider time)
    {
        _checks = [.. checks];
        _time = time;
        _report = new SharedAnswer<ReadinessReport>(CheckAsync, AnswerLasts, time);
    }

    public async Task<IResult> GetAsync(CancellationToken cancellationToken)
    {
        var report = await _report.GetAsync(cancellationToken).ConfigureAwait(false);
        return Results.Json(report, DeliveryJson.Options, statusCode: report.Status == ReadinessReport.Ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<ReadinessReport> CheckAsync()
    {
        var results = await Task.WhenAll(_checks.Select(CheckAsync)).ConfigureAwait(false);
        return new ReadinessReport(Array.TrueForAll(results, result => result.Detail is null) ? ReadinessReport.Ok : ReadinessReport.Failing, results);
    }

    private async Task<ReadinessResult> CheckAsync(ReadinessCheck check)
    {
        var fault = await FindFaultAsync(check).ConfigureAwait(false);
        return new ReadinessResult(check.Name, fault is null ? ReadinessReport.Ok : ReadinessReport.Failing, fault);
    }

    private async Task<string?> FindFaultAsync(ReadinessCheck check)
    {
        using var limit = new CancellationTokenSource(LongestCheck, _time);
        try
        {
            // Not all of them heed the token, and some block: the answer comes all the same.
            return await Task.Run(() => check.FindFault(limit.Token), CancellationToken.None).WaitAsync(LongestCheck, _time).ConfigureAwait(false);
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
