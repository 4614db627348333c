using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Makes one attempt and records what follows from its answer. It runs at least once, which is safe: the same body under a
// new signature, and the first recorded end stands. Its own faults are values, so that they stand on the delivery's record.
internal sealed class SendAttemptFunction(GuardedSender sender, Recorder recorder, Metrics metrics, TimeProvider time, ILogger<SendAttemptFunction> logger)
{
    public const string Name = "SendAttempt";

    // A first attempt so long after the payment was accepted may be one made again: its work item's lease has ended after a
    // crash (a minute in host.json), or a start that was cut off began the orchestration anew.
    public static readonly TimeSpan SecondRunAfter = TimeSpan.FromSeconds(30);

    [Function(Name)]
    public async Task<SentAttempt> RunAsync([ActivityTrigger] SendAttemptInput input, CancellationToken cancellationToken)
    {
        var delivery = input.Delivery;
        var startedAt = time.GetUtcNow();
        AttemptResult? result = null;
        try
        {
            // A run that nobody waits for any more may have ended the delivery meanwhile.
            if ((delivery.Sequence > 0 || startedAt - delivery.AcceptedAt > SecondRunAfter)
                && await recorder.FindEndAsync(delivery, cancellationToken).ConfigureAwait(false) is { } end)
            {
                Logs.NotSentAgain(logger, delivery.PaymentId, delivery.NextAttempt, delivery.DeliveryId, end.State);
                return new SentAttempt(new AttemptResult { Kind = AttemptKind.NotSent, StartedAt = startedAt, Duration = TimeSpan.Zero }) { Ended = end };
            }
        }
#pragma warning disable CA1031 // An attempt ends in a value.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Storage's outage uses up no retry.
            result = AttemptResult.Postponed(
                PostponeReason.RecordUnread, startedAt, $"Whether the delivery has ended could not be read from its record ({fault.GetType().Name}).");
        }

        var lateness = Math.Max(0, (startedAt - delivery.DueAt).TotalSeconds);
        metrics.Late(lateness, input.IsRetry);
        using var span = Tracing.StartAttempt(delivery, lateness);
        // What stands where the host stops, and the attempt is made again.
        span.Fail(TelemetryNames.Results.Partial);
        result ??= await SendAsync(input, startedAt, cancellationToken).ConfigureAwait(false);
        Tell(input, result, span);
        return await recorder.AfterAttemptAsync(input, result, cancellationToken).ConfigureAwait(false);
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
            Logs.AttemptFaulted(logger, fault, input.Delivery.PaymentId, input.Delivery.NextAttempt, input.Delivery.DeliveryId);
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
        var delivery = input.Delivery;
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

        if (result.Kind == AttemptKind.Acknowledged)
        {
            // From when the message was put on the queue, where that is known. The service's clock and ours differ a little.
            var seconds = Math.Max(0, (time.GetUtcNow() - (delivery.EnqueuedAt ?? delivery.AcceptedAt)).TotalSeconds);
            metrics.Acknowledged(seconds, input.IsRetry);
            span.Set(TelemetryNames.SpanAttributes.Acknowledgement, seconds);
        }

        Logs.Attempted(
            logger,
            LevelOf(result),
            delivery.PaymentId,
            delivery.NextAttempt,
            delivery.DeliveryId,
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
    // As it stands while the attempt is made, Sending.
    public required Delivery Delivery { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClaimTag { get; init; }

    [JsonIgnore]
    public bool IsRetry => Delivery.NextAttempt > 1;
}
