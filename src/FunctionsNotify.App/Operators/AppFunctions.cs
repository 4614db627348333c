using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App;

internal sealed record MaintainBody : OperatorBody
{
    public string[]? Parts { get; init; }

    internal override void Judge(FieldErrors errors)
    {
        base.Judge(errors);
        if (Parts is { Length: 0 } || Parts?.All(Upkeep.Parts.Contains) == false)
        {
            errors.Add("parts", $"must be one or more of {string.Join(", ", Upkeep.Parts)}, or left out");
        }
    }
}

internal sealed record SendingReport(bool IsPaused, Pause? Pause);

// What operators do to the app as a whole.
internal sealed class AppFunctions(OperatorHttp http, SendingPause sending, Summary summary, Upkeep upkeep, AuditTrail audit, TimeProvider time)
{
    [Function("GetSending")]
    public Task<IResult> SendingAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "sending")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ReadAsync(request, async () => Results.Json(Report(await sending.ReadAsync(cancellationToken)), DeliveryJson.Options));

    // Deliveries wait from here on, without using retries.
    [Function("PauseSending")]
    public Task<IResult> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "sending/pause")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ChangeAsync<OperatorBody>(
            request,
            body => audit.ChangeAsync(
                audit.New(AuditActions.Pause, body.By),
                async () => Told(await sending.BeginAsync(new Pause(time.GetUtcNow(), body.Actor, body.Reason), cancellationToken)),
                cancellationToken),
            cancellationToken,
            StatusCodes.Status200OK);

    [Function("ResumeSending")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "sending/resume")] HttpRequest request, CancellationToken cancellationToken) =>
        http.ChangeAsync<OperatorBody>(
            request,
            body => audit.ChangeAsync(
                audit.New(AuditActions.Resume, body.By),
                async () =>
                {
                    await sending.EndAsync(cancellationToken);
                    return Told(null);
                },
                cancellationToken),
            cancellationToken,
            StatusCodes.Status200OK);

    // Runs the upkeep that the timer runs: the second path, for when the platform's timer stands still.
    [Function("MaintainByHand")]
    public Task<IResult> MaintainAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "maintenance")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        http.ChangeAsync<MaintainBody>(
            request,
            body => audit.ChangeAsync(
                audit.New(AuditActions.Maintain, body.By),
                async () => Answer.Done(new { Parts = await upkeep.RunAsync(client, [.. body.Parts?.Distinct() ?? Upkeep.Parts], cancellationToken) }),
                cancellationToken),
            cancellationToken,
            StatusCodes.Status200OK);

    // The page shows it at once.
    private Answer Told(Pause? pause)
    {
        summary.Forget();
        return Answer.Done(Report(pause));
    }

    private static SendingReport Report(Pause? pause) => new(pause is not null, pause);
}
