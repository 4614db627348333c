using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// Makes one attempt. It runs at least once, which is safe: the same body under a new signature. Its own faults are
// values, so that they stand on the delivery's record.
internal sealed class SendAttemptFunction
{
    public const string Name = "SendAttempt";

    private readonly GuardedSender _sender;
    private readonly AttemptTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<SendAttemptFunction> _logger;

    public SendAttemptFunction(GuardedSender sender, AttemptTelemetry telemetry, TimeProvider time, ILogger<SendAttemptFunction> logger)
    {
        _sender = sender;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
    }

    [Function(Name)]
    public async Task<AttemptResult> RunAsync([ActivityTrigger] SendAttemptInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var startedAt = _time.GetUtcNow();
        using var attempt = _telemetry.Begin(SubjectOf(input), startedAt);
        var result = await SendAsync(input, startedAt, cancellationToken).ConfigureAwait(false);
        attempt.Complete(result, _time.GetUtcNow());
        Logs.Attempted(
            _logger,
            LevelOf(result.Kind),
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
        return result;
    }

    private async Task<AttemptResult> SendAsync(SendAttemptInput input, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        try
        {
            return await _sender.SendAsync(input.PaymentId, input.Body, cancellationToken).ConfigureAwait(false);
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
            Logs.AttemptFaulted(_logger, fault, input.PaymentId, input.AttemptNumber, input.DeliveryId);
            return new AttemptResult
            {
                Kind = AttemptKind.NoResult,
                StartedAt = startedAt,
                Duration = _time.GetUtcNow() - startedAt,
                Detail = $"A fault of ours ({fault.GetType().Name}); the request may have been sent.",
            };
        }
    }

    private static AttemptSubject SubjectOf(SendAttemptInput input) => new()
    {
        PaymentId = input.PaymentId,
        DeliveryId = input.DeliveryId,
        Number = input.AttemptNumber,
        DueAt = input.DueAt,
        EnqueuedAt = input.EnqueuedAt,
        TraceParent = input.TraceParent,
        TraceState = input.TraceState,
    };

    private static LogLevel LevelOf(AttemptKind kind) => kind switch
    {
        AttemptKind.Acknowledged or AttemptKind.Postponed => LogLevel.Information,
        AttemptKind.SetupRejected => LogLevel.Error,
        _ => LogLevel.Warning,
    };
}
