using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace FunctionsNotify.Simulation;

// Payment backends, operators, and what happens to the machines: all of it drawn from the seed.
internal sealed class People
{
    private readonly World _world;
    private readonly List<(string PaymentId, string Body)> _payments = [];
    private readonly SortedSet<string> _alerted = new(StringComparer.Ordinal);
    private int _number;

    public People(World world) => _world = world;

    private Loop Loop => _world.Loop;

    // An operator was called for this payment.
    public void Alert(string paymentId) => _alerted.Add(paymentId);

    public void Begin(TimeSpan lasts, int payments)
    {
        for (var payment = 0; payment < payments; payment++)
        {
            Loop.After(Loop.Between(TimeSpan.Zero, lasts), Pay);
        }

        if (Loop.Chance(0.2))
        {
            Loop.After(Loop.Between(TimeSpan.Zero, lasts), Burst);
        }

        if (Loop.Chance(0.4))
        {
            Loop.After(Loop.Between(TimeSpan.Zero, lasts), PauseSending);
        }

        for (var message = Loop.Random.Next(8); message > 0; message--)
        {
            Loop.After(Loop.Between(TimeSpan.Zero, lasts), () => Put(Malformed()));
        }

        Loop.After(Loop.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30)), Operate);
        Loop.After(TimeSpan.FromMinutes(1), Maintain);
        Loop.After(TimeSpan.FromMinutes(10), Drain);
        for (var machine = Loop.Random.Next(6); machine > 0; machine--)
        {
            Loop.After(Loop.Between(TimeSpan.Zero, lasts), Disturb);
        }
    }

    // More in a second than intake starts unasked.
    private void Burst()
    {
        for (var payment = Loop.Random.Next(20, 60); payment > 0; payment--)
        {
            Loop.After(Loop.Milliseconds(0, 500), Pay);
        }
    }

    // Its claim was removed: a backend that tells it again, or anew, has a new payment.
    public void Forgotten(string paymentId)
    {
        if (_payments.FirstOrDefault(payment => payment.PaymentId == paymentId) is { Body: { } body } && _world.Weather.Happens("message after its claim was removed", 0.2))
        {
            Loop.After(Soon(), () => Put(Dress(Loop.Chance(0.5) ? body : Body(paymentId, Loop.OneOf(["S", "F"]), "D", 0))));
        }
    }

    // Ids of which one begins with the other, contents of every form and size, the same and others again.
    private void Pay()
    {
        var paymentId = $"P{++_number}";
        if (_payments.Count > 0 && Loop.Chance(0.4))
        {
            paymentId = $"{Loop.OneOf(_payments).PaymentId}{_number}";
        }

        var body = Body(paymentId, Loop.OneOf(["S", "F"]), "A", Loop.Chance(0.1) ? Loop.Random.Next(20_000, 30_000) : 0);
        _payments.Add((paymentId, body));
        Put(Dress(body));
        if (Loop.Chance(0.3))
        {
            Again(paymentId, body);
        }

        if (Loop.Chance(0.2))
        {
            Loop.After(Soon(), () => Put(Dress(Body(paymentId, Loop.OneOf(["S", "F"]), "B", 0))));
        }
    }

    private void Again(string paymentId, string body)
    {
        for (var copies = Loop.Random.Next(1, 4); copies > 0; copies--)
        {
            Loop.After(Soon(), () => Put(Dress(body)));
        }
    }

    private TimeSpan Soon() => Loop.OneOf([Loop.Milliseconds(0, 50), Loop.Milliseconds(0, 5000), Loop.Between(TimeSpan.Zero, TimeSpan.FromHours(1)), Loop.Between(TimeSpan.Zero, TimeSpan.FromHours(20))]);

    private static string Body(string paymentId, string status, string version, int padding) => JsonSerializer.Serialize(new
    {
        paymentResult = new { resultStatus = status, resultCode = status == "S" ? "SUCCESS" : "RISK_REJECT", resultMessage = version },
        paymentId,
        paymentRequestId = "R-" + paymentId,
        paymentTime = "2026-03-01T12:00:00+00:00",
        extendInfo = new string('x', padding + 1),
    });

    private string Dress(string body) => Loop.Random.Next(3) switch
    {
        0 => body,
        1 => $$"""{"functionsNotify":1,"notification":{{body}}}""",
        _ => Convert.ToBase64String(Encoding.UTF8.GetBytes(body)),
    };

    private string Malformed()
    {
        var mark = $"bad {++_number}";
        return Loop.OneOf([
            mark,
            $$"""{"mark":"{{mark}}"}""",
            $$"""{"paymentResult":{"resultStatus":"U","resultCode":"X"},"paymentId":"{{mark}}"}""",
            $$"""{"functionsNotify":1,"notification":[],"mark":"{{mark}}"}""",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"[{mark}]")),
        ]);
    }

    private void Put(string text)
    {
        var message = _world.Account.Queues.Put(Process.NotificationsQueue, text, TimeSpan.FromSeconds(-1));
        Loop.Tell($"message {message.Id} is put: {(text.Length > 60 ? text[..60] : text)}");
    }

    // Machines: stopped, killed, their clocks set; instances that the platform fails or completes before their time.
    private void Disturb()
    {
        var process = _world.AnyProcess();
        var alive = _world.Durable.Instances.Where(instance => !instance.IsFinished && instance.Row is not null).ToList();
        var running = alive.Where(instance => instance.Status == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Running).ToList();
        switch (Loop.Random.Next(6))
        {
            case 0 when process is not null && _world.Weather.Happens("process stops", 1):
                _world.Stop(process);
                break;
            case 1 when process is not null && _world.Weather.Happens("process dies", 1):
                _world.Kill(process);
                break;
            case 2 when process is not null && _world.Weather.Happens("clock is set", 1):
                _world.SetClock(process, Loop.OneOf([Loop.Milliseconds(-5000, 5000), Loop.Between(TimeSpan.FromMinutes(-10), TimeSpan.FromMinutes(10)), Loop.Between(TimeSpan.FromHours(-2), TimeSpan.FromHours(2))]));
                break;
            case 3 when alive.Count > 0 && _world.Weather.Happens("instance fails", 1):
                _world.Durable.Break(Loop.OneOf(alive), Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Failed);
                break;
            case 4 when alive.Count > 0 && _world.Weather.Happens("instance completes before its time", 1):
                var instance = Loop.OneOf(alive);
                _world.Durable.Break(instance, Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed);
                // Nothing but its message shows it again.
                if (_payments.FirstOrDefault(payment => DeliveryIds.ForPayment(payment.PaymentId) == DeliveryIds.PaymentKeyOf(instance.Id)) is { Body: { } body, PaymentId: var paymentId })
                {
                    Loop.After(TimeSpan.FromMinutes(30), () => Put(Dress(body)));
                }

                break;
            case 5 when running.Count > 0 && _world.Weather.Happens("instance is suspended", 1):
                Suspend(Loop.OneOf(running));
                break;
        }
    }

    // Whoever has suspended it may forget it: then the app must tell.
    private void Suspend(Instance instance)
    {
        _world.Durable.Suspend(instance);
        if (Loop.Chance(0.5))
        {
            Loop.After(Soon(), () => _world.Durable.Resume(instance));
        }
    }

    private void PauseSending()
    {
        if (_world.Weather.Happens("sending is paused", 1))
        {
            Run("pause", process => process.Get<AuditTrail>().ChangeAsync(
                process.Get<AuditTrail>().New(AuditActions.Pause, By()),
                async () => Answer.Done(await process.Get<SendingPause>().BeginAsync(new Pause(process.Clock.GetUtcNow(), null, null), process.Stopping)),
                process.Stopping));
            Loop.After(Loop.OneOf([Loop.Between(TimeSpan.Zero, TimeSpan.FromMinutes(5)), Loop.Between(TimeSpan.Zero, TimeSpan.FromHours(2))]), ResumeSending);
        }
    }

    // Until it is done: a call that failed is made again.
    private void ResumeSending()
    {
        if (!_world.Account.Tables.Rows.Any(row => row.Key == Oracle.Pause))
        {
            return;
        }

        Loop.After(TimeSpan.FromMinutes(5), ResumeSending);
        Run("resume", process => process.Get<AuditTrail>().ChangeAsync(
            process.Get<AuditTrail>().New(AuditActions.Resume, By()),
            async () =>
            {
                await process.Get<SendingPause>().EndAsync(process.Stopping);
                return Answer.Done(string.Empty);
            },
            process.Stopping));
    }

    // The platform calls it every minute; its queries would be most of a run, so here it is called less often.
    private void Maintain()
    {
        Loop.After(Loop.Between(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(120)), Maintain);
        if (_world.AnyProcess() is { } process)
        {
            Loop.Run(process, "maintain", null, () => Functions.RunAsync(process, Functions.Maintain, new TimerInfo()), Told("maintain"));
        }
    }

    // The poison queue in between, with fewer tries, so that a run sees a message that is given up.
    private void Drain()
    {
        Loop.After(TimeSpan.FromMinutes(10), Drain);
        if (_world.Account.Queues.Messages(Process.PoisonQueue).Count > 0 && _world.AnyProcess() is { } process)
        {
            Loop.Run(process, "drain", null, () => process.Get<PoisonDrain>().RunAsync(process.Client, process.Stopping, maxTries: 4), Told("drain"));
        }
    }

    private void Operate()
    {
        Loop.After(Loop.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(2)), Operate);
        foreach (var paymentId in _alerted.ToList())
        {
            _alerted.Remove(paymentId);
            var suspended = _world.Durable.Instances.Where(instance => instance.IsSuspended && DeliveryIds.PaymentKeyOf(instance.Id) == DeliveryIds.ForPayment(paymentId)).ToList();
            if (suspended.Count > 0 && Loop.Chance(0.7))
            {
                suspended.ForEach(_world.Durable.Resume);
                continue;
            }

            Redeliver(paymentId, new RedeliveryRequest(By()) { IsRepair = true, Force = true });
        }

        if (_world.Weather.IsOver || _payments.Count == 0)
        {
            return;
        }

        if (Loop.Chance(0.1))
        {
            Many();
        }

        var payment = Loop.OneOf(_payments);
        // A busy day: several at once for the same payment.
        for (var calls = Loop.OneOf([1, 1, 1, 2, 3]); calls > 0; calls--)
        {
            Operate(payment.PaymentId, payment.Body);
        }
    }

    private void Operate(string paymentId, string body)
    {
        var corrected = body.Replace("\"resultMessage\":\"A\"", $"\"resultMessage\":\"C{++_number}\"", StringComparison.Ordinal);
        switch (Loop.Random.Next(8))
        {
            case 0:
                Command(paymentId, CommandKind.Cancel);
                break;
            case 1 or 2:
                Command(paymentId, CommandKind.SendNow);
                break;
            case 3:
                Redeliver(paymentId, new RedeliveryRequest(By()) { Force = Loop.Chance(0.5) });
                break;
            case 4:
                Redeliver(paymentId, new RedeliveryRequest(By()) { Force = Loop.Chance(0.5), Body = Encoding.UTF8.GetBytes(corrected) });
                break;
            case 5:
                Redeliver(paymentId, new RedeliveryRequest(By()) { IsRepair = true, Force = Loop.Chance(0.2) });
                break;
            case 6:
                // Somebody's own tool, past the API.
                Run("a raw event", process => process.Client.RaiseEventAsync(
                    DeliveryIds.ForDelivery(paymentId, 1), DeliveryCommand.EventName, JsonSerializer.Deserialize<JsonElement>(Loop.OneOf(["null", "1", "[]", "{\"id\":7}", "{\"id\":\"x\",\"kind\":\"Stop\"}"])), CancellationToken.None));
                break;
            default:
                var records = _world.Account.Blobs.Blobs(Process.Container).Keys.Where(QuarantineRecord.IsId).ToList();
                if (records.Count > 0)
                {
                    var record = Loop.OneOf(records);
                    Run("quarantine", Loop.Chance(0.5)
                        ? process => process.Get<Quarantine>().RequeueAsync(record, new RequeueRequest(By()) { Force = true }, process.Stopping)
                        : process => process.Get<Quarantine>().DiscardAsync(record, new ChangeRequest(By()), process.Stopping));
                }

                break;
        }
    }

    // One change to many, named or found, as BulkFunctions calls it; and the same call again.
    private void Many()
    {
        var (by, key, payments) = (By(), $"key {++_number}", _payments.Where(_ => Loop.Chance(0.3)).Select(payment => payment.PaymentId).ToList());
        var request = new ChangeRequest(by) { IdempotencyKey = key, IsOneOfMany = true, Force = Loop.Chance(0.3) };
        var action = Loop.OneOf([AuditActions.Redeliver, AuditActions.Redeliver, AuditActions.SendNow, AuditActions.Cancel, AuditActions.Requeue]);
        var isFound = Loop.Chance(0.5);
        if (!_world.Weather.Happens("bulk call", 1))
        {
            return;
        }

        for (var calls = Loop.Random.Next(1, 4); calls > 0; calls--)
        {
            Loop.After(calls == 1 ? TimeSpan.Zero : Soon(), () => Run($"bulk {action} {key}", process => action == AuditActions.Requeue ? Messages(process) : Payments(process)));
        }

        Task Payments(Process process) => process.Get<Bulk>().RunAsync(
            action,
            request,
            isFound
                ? Bulk.Found(process.Get<DeliveryListing>(), new DeliveryListFilter([], null, Loop.Now.AddDays(-1), Loop.Now.AddDays(1)), process.Stopping)
                : Bulk.Named(payments.Select(paymentId => new BulkItem(paymentId))),
            (item, stop) =>
            {
                if (action == AuditActions.Redeliver)
                {
                    return process.Get<RedeliveryOperation>().RunAsync(process.Client, item.PaymentId!, RedeliveryRequest.Of(request) with { OnlyDeliveries = item.Deliveries }, stop);
                }

                var kind = action == AuditActions.Cancel ? CommandKind.Cancel : CommandKind.SendNow;
                _world.Oracle.Commanded(item.PaymentId!, kind);
                return process.Get<Commands>().RunAsync(process.Client, item.PaymentId!, CommandRequest.Of(request, kind) with { OnlyDeliveries = item.Deliveries }, stop);
            },
            process.Stopping);

        Task Messages(Process process) => process.Get<Bulk>().RunAsync(
            action,
            request,
            Bulk.Found(process.Get<QuarantineStore>(), new QuarantineFilter(), process.Stopping),
            (item, stop) => process.Get<Quarantine>().RequeueAsync(item.QuarantineId!, RequeueRequest.Of(request), stop),
            process.Stopping);
    }

    private void Command(string paymentId, CommandKind kind)
    {
        _world.Oracle.Commanded(paymentId, kind);
        Run($"{kind} of {paymentId}", process => process.Get<Commands>().RunAsync(process.Client, paymentId, new CommandRequest(By(), kind), process.Stopping));
    }

    private void Redeliver(string paymentId, RedeliveryRequest request) =>
        Run($"{request.Kind} of {paymentId}", process => process.Get<RedeliveryOperation>().RunAsync(process.Client, paymentId, request, process.Stopping));

    private OperatorStatement By() => new($"operator {Loop.Random.Next(3)}", "simulated");

    private void Run(string what, Func<Process, Task> body)
    {
        if (_world.AnyProcess() is { } process)
        {
            Loop.Tell($"{process}: {what}");
            Loop.Run(process, "operator", null, () => body(process), Told(what));
        }
    }

    private Action<Exception?> Told(string what) => fault =>
    {
        if (fault is not null)
        {
            Loop.Tell(string.Create(CultureInfo.InvariantCulture, $"{what} failed: {fault.GetType().Name}: {fault.Message}"));
        }
    };
}
