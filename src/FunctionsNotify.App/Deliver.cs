using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// One payment's delivery as an orchestration; its output is the whole report.
internal static class DeliverOrchestrator
{
    public const string Name = "Deliver";

    // The version that new instances are marked with; host.json's defaultVersion is the same. Any change to the order or
    // kind of the actions, or to the decisions of Delivery, raises it and keeps the old path behind
    // TaskOrchestrationContext.CompareVersionTo: instances of 22 hours and more are in flight.
    public const string Version = "1.0";

    // An outcome is never given up: 5 s, doubling, at most 15 min, without end.
    internal static readonly TaskOptions OutcomeRetry = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: int.MaxValue,
        firstRetryInterval: TimeSpan.FromSeconds(5),
        backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(15),
        retryTimeout: Timeout.InfiniteTimeSpan));

    [Function(Name)]
    public static Task<DeliveryReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<DeliveryInput>() ?? throw new InvalidOperationException($"Delivery {context.InstanceId} was started without an input.");
        return new DeliveryLoop(context, input).RunAsync();
    }
}

// The loop over Delivery: send, wait, write the outcome. It replays: every await is on a task of the context, in the
// orchestrator's own thread, and every decision is the core's.
internal sealed class DeliveryLoop
{
    private readonly TaskOrchestrationContext _context;
    private readonly DeliveryInput _input;

    private Delivery _delivery;
    private Task<JsonElement?> _command;
    private int _commandsTaken;

    public DeliveryLoop(TaskOrchestrationContext context, DeliveryInput input)
    {
        _context = context;
        _input = input;
        _delivery = Delivery.Begin(input, Now);
        _command = NextCommand();
    }

    // The platform's time is UTC; without the kind the machine's zone would get into the record.
    private DateTimeOffset Now => new(DateTime.SpecifyKind(_context.CurrentUtcDateTime, DateTimeKind.Utc));

    private ILogger Logger => _context.CreateReplaySafeLogger(nameof(DeliverOrchestrator));

    public async Task<DeliveryReport> RunAsync()
    {
        var isTold = false;
        while (_delivery.Phase != DeliveryPhase.Final)
        {
            _context.SetCustomStatus(BriefReport.Of(_delivery));
            if (_delivery.Phase == DeliveryPhase.Sending)
            {
                var attempt = await SendAsync();
                _delivery = _delivery.Apply(attempt, Now);
                isTold = attempt.IsTold;
            }

            await TakeCommandsAsync();
            if (_delivery.Phase == DeliveryPhase.Waiting)
            {
                await WaitAsync();
            }
        }

        await TakeCommandsAsync();
        _context.SetCustomStatus(BriefReport.Of(_delivery));
        if (!isTold)
        {
            // The send activity could not, or no answer ended the delivery.
            var end = await _context.CallActivityAsync<RecordedEnd>(RecordOutcomeFunction.Name, _delivery, DeliverOrchestrator.OutcomeRetry);
            _delivery = _delivery.Adopt(end);
            _context.SetCustomStatus(BriefReport.Of(_delivery));
        }

        return DeliveryReport.Of(_delivery);
    }

    private async Task<SentAttempt> SendAsync()
    {
        var startedAt = Now;
        var attempt = new SendAttemptInput { Delivery = _delivery, Body = _input.Body, ClaimTag = _input.ClaimTag };
        try
        {
            // No retry policy: the schedule is the only retry.
            return await _context.CallActivityAsync<SentAttempt>(SendAttemptFunction.Name, attempt);
        }
        catch (TaskFailedException failure)
        {
            Logs.SendActivityFailed(Logger, _delivery.PaymentId, _delivery.NextAttempt, failure.FailureDetails.ErrorType);
            return new SentAttempt(new AttemptResult
            {
                Kind = AttemptKind.NoResult,
                StartedAt = startedAt,
                Duration = Now - startedAt,
                Detail = $"The attempt failed in the function app ({failure.FailureDetails.ErrorType}); the request may have been sent.",
            });
        }
    }

    private async Task WaitAsync()
    {
        using var stopTimer = new CancellationTokenSource();
        _context.SetCustomStatus(BriefReport.Of(_delivery));
        // To an absolute time; the worker splits what is longer than the storage provider's timers (3 days a piece).
        var timer = _context.CreateTimer(_delivery.DueAt.UtcDateTime, stopTimer.Token);
        while (_delivery.Phase == DeliveryPhase.Waiting)
        {
            if (await Task.WhenAny(timer, _command) == timer)
            {
                await timer;
                // Fired is due, whatever the clock says: the platform truncates the delay to whole seconds, and a timer
                // armed again for the rest would spin.
                _delivery = _delivery.TimerFired();
            }
            else
            {
                await TakeCommandsAsync();
                _context.SetCustomStatus(BriefReport.Of(_delivery));
            }
        }

        if (!timer.IsCompleted)
        {
            // An open timer would keep the instance running. CancelAsync would leave the orchestrator's thread.
#pragma warning disable CA1849
            stopTimer.Cancel();
#pragma warning restore CA1849
        }
    }

    // One waiter at a time, never cancelled, renewed only after it was consumed: a cancelled one can swallow an event.
    private Task<JsonElement?> NextCommand() => _context.WaitForExternalEvent<JsonElement?>(DeliveryCommand.EventName);

    private async Task TakeCommandsAsync()
    {
        while (_command.IsCompleted)
        {
            _commandsTaken++;
            var command = DeliveryCommand.Read(await _command, string.Create(CultureInfo.InvariantCulture, $"unreadable-{_commandsTaken}"));
            _delivery = _delivery.Apply(command, Now);
            _command = NextCommand();
        }
    }
}
