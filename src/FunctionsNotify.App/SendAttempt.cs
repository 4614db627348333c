using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Makes one attempt. It runs at least once, which is safe: the same body under a new signature. Its own faults are
// values, so that they stand on the delivery's record.
internal sealed class SendAttemptFunction(GuardedSender sender, Metrics metrics, TimeProvider time, ILogger<SendAttemptFunction> logger)
{
    public const string Name = "SendAttempt";

    [Function(Name)]
    public async Task<AttemptResult> RunAsync([ActivityTrigger] SendAttemptInput input, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var lateness = Math.Max(0, (startedAt - input.DueAt).TotalSeconds);
        metrics.Late(lateness, input.IsRetry);
        using var span = Tracing.StartAttempt(input, lateness);
        // What stands where the host stops, and the attempt is made again.
        span.Fail(TelemetryNames.Results.Partial);
        var result = await SendAsync(input, startedAt, cancellationToken).ConfigureAwait(false);
        Tell(input, result, span);
        return result;
    }

    private async Task<AttemptResult> SendAsync(SendAttemptInput input, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.SendAsync(input.Body, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // An attempt ends in a value.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            // The sender turns its faults into values; one that gets past it says nothing about how far it had come.
            Logs.AttemptFaulted(logger, fault, input.PaymentId, input.AttemptNumber, input.DeliveryId);
            return new AttemptResult
            {
                Kind = AttemptKind.NoResult,
                StartedAt = startedAt,
                Duration = time.GetUtcNow() - startedAt,
                Detail = $"A fault of ours ({fault.GetType().Name}); the request may have been sent.",
            };
        }
    }

    private void Tell(SendAttemptInput input, AttemptResult result, TraceSpan span)
    {
        metrics.Attempted(result);
        span.Set(TelemetryNames.SpanAttributes.AttemptKind, result.Kind.ToString())
            .Set(TelemetryNames.SpanAttributes.ResultCode, ResultCodeCatalogue.MetricLabel(result.ResultCode));
        if (result.Kind is AttemptKind.Acknowledged or AttemptKind.Postponed)
        {
            span.Succeed();
        }
        else
        {
            span.Fail(result.Kind.ToString());
        }

        if (result.Kind == AttemptKind.Acknowledged && input.EnqueuedAt is { } enqueuedAt)
        {
            // The service's clock and ours differ a little.
            var seconds = Math.Max(0, (time.GetUtcNow() - enqueuedAt).TotalSeconds);
            metrics.Acknowledged(seconds, input.IsRetry);
            span.Set(TelemetryNames.SpanAttributes.Acknowledgement, seconds);
        }

        Logs.Attempted(
            logger,
            LevelOf(result),
            input.PaymentId,
            input.AttemptNumber,
            input.DeliveryId,
            result.Kind,
            result.ResultStatus,
            result.ResultCode,
            result.HttpStatus,
            result.Duration,
            result.TraceId,
            result.Detail ?? result.PostponeReason?.ToString());
    }

    private static LogLevel LevelOf(AttemptResult result) => result.Kind switch
    {
        AttemptKind.Acknowledged when result.Warnings != AnswerWarnings.None => LogLevel.Warning,
        AttemptKind.Acknowledged or AttemptKind.Postponed => LogLevel.Information,
        AttemptKind.SetupRejected => LogLevel.Error,
        _ => LogLevel.Warning,
    };
}

// What one attempt needs. The body travels with every attempt: the storage provider puts messages above 45 to 60 KB
// into blobs, so a notification of more than about 33 KB (base64 makes it a third longer) costs a blob write and read
// for each attempt, and works. Serialized into Durable's messages: add optional members only.
internal sealed record SendAttemptInput
{
    public required string DeliveryId { get; init; }

    public required string PaymentId { get; init; }

    public required int AttemptNumber { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    // When the message was put on the queue, else when intake accepted it, UTC; acknowledgement time is measured from it.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EnqueuedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceState { get; init; }

    [JsonIgnore]
    public bool IsRetry => AttemptNumber > 1;
}
