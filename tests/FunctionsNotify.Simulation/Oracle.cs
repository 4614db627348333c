using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsNotify.Simulation.Storage;

namespace FunctionsNotify.Simulation;

// Says what must hold, while it happens and when all is over. It reads the account and the wire, and asks the app nothing
// but how a message reads.
internal sealed class Oracle
{
    // A repair's new delivery may be due at any time; what is due for longer than this and was not done is stuck.
    private static readonly TimeSpan _grace = TimeSpan.FromHours(2);

    // By how much the clocks of two processes may differ in a run: each of five settings by two hours.
    private static readonly TimeSpan _clocks = TimeSpan.FromHours(12);

    // The row that says that sending is paused.
    public static readonly (string, string) Pause = ("sending", "pause");

    // Operators' pause reaches every instance within this.
    private static readonly TimeSpan _pauseReaches = TimeSpan.FromSeconds(10);

    private readonly World _world;
    private readonly Dictionary<string, Ended> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sends> _sends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _results = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cancelled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outcomes = new(StringComparer.Ordinal);
    private readonly List<(string Id, string Text, IntakeReading Reading)> _messages = [];
    private readonly List<QuarantineRecord> _removed = [];
    private DateTimeOffset? _pausedAt;

    public Oracle(World world)
    {
        _world = world;
        world.Account.Tables.Changed = RowChanged;
        world.Account.Queues.Added += Added;
        world.Account.Blobs.Removed = BlobRemoved;
    }

    // What was broken first.
    public (string Rule, string Detail)? Broken { get; private set; }

    public int Attempts { get; private set; }

    public int Deliveries { get; private set; }

    public int Outcomes { get; private set; }

    public void Break(string rule, string detail)
    {
        Broken ??= (rule, detail);
        _world.Loop.Tell($"BROKEN {rule}: {detail}");
    }

    public void Commanded(string paymentId, CommandKind kind)
    {
        if (kind == CommandKind.Cancel)
        {
            _cancelled.Add(paymentId);
        }
    }

    public string Sent(Process process, Work work, byte[] body)
    {
        var run = (ActivityRun)work.Tag!;
        var (paymentId, delivery, attempt) = AttemptOf(run);
        var text = Encoding.UTF8.GetString(body);
        var notification = JsonNode.Parse(text)!;
        var result = notification["paymentResult"]!["resultStatus"]!.ToString();
        _world.Loop.Tell($"{process} sends attempt {attempt} of {delivery}, run {run.Number}");
        if (notification["paymentId"]!.ToString() != paymentId)
        {
            Break("a body is its payment's own", delivery);
        }

        if (!_results.TryAdd(paymentId, result) && _results[paymentId] != result)
        {
            Break("never S and F of one payment", paymentId);
        }

        if (!_bodies.TryGetValue(delivery, out var claimed) || claimed != text)
        {
            Break("what is sent is the body that the claim holds", delivery);
        }

        if (_pausedAt is { } pausedAt && _world.Loop.Now - pausedAt > _pauseReaches && !process.IsPauseUnread)
        {
            Break("nothing is sent while sending is paused", $"attempt {attempt} of {delivery}");
        }

        // Who cannot know may send: a repeated run of an attempt that was made before the end (the process died, or the
        // platform gave the activity out twice, between the recorded end and the activity's stored result), a run that had
        // begun before, and one whose own reading of the claim failed. Nobody else.
        if (_ended.TryGetValue(delivery, out var ended) && ended.At <= run.At && !work.WasDisturbed && !(run.Number > 1 && _sends.GetValueOrDefault(delivery)?.Highest >= attempt))
        {
            Break("nothing is sent after a recorded end", $"attempt {attempt} of {delivery}, which ended {ended.State} at {ended.At:HH:mm:ss}");
        }

        var sends = _sends.TryGetValue(delivery, out var before) ? before : _sends[delivery] = new Sends();
        sends.All++;
        Attempts++;
        sends.Highest = Math.Max(sends.Highest, attempt);
        sends.Runs.Add((attempt, run.Number, run.Action.Id));
        if (sends.Highest > 16)
        {
            Break("at most 1 + 15 attempts", delivery);
        }

        if (sends.Runs.Count < sends.All)
        {
            Break("one run of an activity sends once", delivery);
        }

        return paymentId;
    }

    private static (string PaymentId, string DeliveryId, int Attempt) AttemptOf(ActivityRun run)
    {
        var input = JsonNode.Parse(run.Action.Input!)!;
        var delivery = input[nameof(Delivery)] ?? input;
        return (delivery[nameof(Delivery.PaymentId)]!.ToString(), delivery[nameof(Delivery.DeliveryId)]!.ToString(), (int?)input["AttemptNumber"] ?? delivery[nameof(Delivery.Attempts)]!.AsArray().Count + 1);
    }

    public void Answers(Work work, AnswerKind kind)
    {
        var delivery = ((ActivityRun)work.Tag!).InstanceId;
        _world.Loop.Tell($"Alipay+ answers {delivery}: {kind}");
        (_sends.TryGetValue(delivery, out var sends) ? sends : _sends[delivery] = new Sends()).Answers.Add(kind);
    }

    // When all faults are over for more than the longest delivery.
    public void Judge()
    {
        var claims = _world.Account.Tables.Rows.Where(row => row.Value["InsertId"] is not null).ToDictionary(row => row.Value["PaymentId"]!, row => row.Value, StringComparer.Ordinal);
        var kept = _world.Account.Blobs.Blobs(Process.Container).Values.Select(ReadRecord).Concat(_removed).DistinctBy(record => record.QuarantineId).ToList();
        JudgeMessages(claims, kept);
        foreach (var (paymentId, claim) in claims)
        {
            JudgeClaim(paymentId, claim);
        }

        foreach (var delivery in _ended.Keys)
        {
            JudgeTold(delivery);
        }

        var byKind = IndexRows().Where(row => row.Value["State"] == nameof(DeliveryState.Open))
            .ToLookup(row => row.Key.Key.StartsWith(IndexRow.FirstOpenKey, StringComparison.Ordinal), row => row.Value["DeliveryId"]!);
        foreach (var delivery in byKind[true].Except(byKind[false]).Concat(byKind[false].Except(byKind[true])))
        {
            Break("an open row of the index and its copy come and go together", delivery);
        }

        foreach (var (_, row) in IndexRows())
        {
            if (!claims.TryGetValue(row["PaymentId"]!, out var claim))
            {
                Break("no row outlives its claim", row["DeliveryId"]!);
            }
            else if (row["State"] != nameof(DeliveryState.Open))
            {
                continue;
            }
            else if (claim["DeliveryId"] != row["DeliveryId"] || claim["State"] != nameof(DeliveryState.Open))
            {
                Break("the index tells no other open deliveries than the claims", $"{row["DeliveryId"]}, and {claim["DeliveryId"]} is {claim["State"]}");
            }
        }

        // Told of where it was kept, or, where that failed until the platform gave the message up, as the copy in the poison queue.
        foreach (var record in kept.Where(record => !IsTold(record) && !kept.Exists(copy => copy.FromPoisonQueue && IsTold(copy) && copy.Content.Span.SequenceEqual(record.Content.Span))))
        {
            Break("every quarantined message has its outcome", $"{record.QuarantineId}, {record.State} {record.Status}, of {record.PaymentId}: {record.Reasons[0].Rule}");
        }

        foreach (var instance in _world.Durable.Instances.Where(instance => !instance.IsFinished && instance.IsStarted))
        {
            if (instance.Due.Count == 0 || instance.Due.Values.Max() < _world.Loop.Now - _grace)
            {
                Break("no orchestration hangs", instance.Id);
            }
        }
    }

    private bool IsTold(QuarantineRecord record) => _outcomes.Contains($"{record.MessageId}:{record.State}");

    private IEnumerable<KeyValuePair<(string Partition, string Key), Row>> IndexRows() =>
        _world.Account.Tables.Rows.Where(row => row.Key.Partition.StartsWith("d-", StringComparison.Ordinal));

    private static QuarantineRecord ReadRecord(StoredBlob blob) => JsonSerializer.Deserialize<QuarantineRecord>(blob.Content, DeliveryJson.Options)!;

    // Where the platform ended the orchestration between the two, nobody is left to tell; the claim knows the end.
    private void JudgeTold(string delivery)
    {
        if (!_outcomes.Contains(delivery) && !_world.Durable.Broken.Contains(delivery))
        {
            Break("every end has its outcome", $"{delivery} ended {_ended[delivery].State}");
        }
    }

    private static bool IsOf(IntakeReading reading, Row claim) =>
        reading.IsAccepted && reading.PaymentId == claim["PaymentId"] && claim["BodyHashes"]!.Split(' ').Contains(reading.Notification!.CanonicalHash);

    // The purge removed a claim. All of it is judged now, and after it the payment is unknown.
    private void Purged(Row claim)
    {
        var (paymentId, last) = (claim["PaymentId"]!, claim["DeliveryId"]!);
        _world.Loop.Tell($"the claim of {paymentId} is removed");
        if (!_ended.TryGetValue(last, out var ended) || claim["State"] != ended.State.ToString() || _world.Loop.Now - ended.At < Process.Retention.Claims - _clocks)
        {
            Break("the purge removes only what has ended, and after its retention", last);
        }

        if (IndexRows().FirstOrDefault(row => row.Value["PaymentId"] == paymentId && row.Value["StartingSince"] is null).Value is { } row)
        {
            Break("no row outlives its claim", row["DeliveryId"]!);
        }

        foreach (var delivery in _bodies.Keys.Where(delivery => DeliveryIds.PaymentKeyOf(delivery) == DeliveryIds.ForPayment(paymentId)).ToList())
        {
            if (_ended.ContainsKey(delivery))
            {
                JudgeTold(delivery);
            }

            _ended.Remove(delivery);
            _bodies.Remove(delivery);
            _sends.Remove(delivery);
            _outcomes.Remove(delivery);
        }

        _results.Remove(paymentId);
        _cancelled.Remove(paymentId);
        _messages.RemoveAll(message => IsOf(message.Reading, claim));
        _world.People.Forgotten(paymentId);
    }

    private void BlobRemoved(string name, StoredBlob blob)
    {
        var record = ReadRecord(blob);
        var blobs = _world.Account.Blobs.Blobs(Process.Container);
        if (blobs.ContainsKey(record.QuarantineId) || blobs.ContainsKey(QuarantineStore.ResolvedPrefix + record.QuarantineId))
        {
            return;
        }

        _removed.Add(record);
        if (!QuarantineStore.IsResolved(record.Status) || _world.Loop.Now - blob.ModifiedAt < Process.Retention.Claims - _clocks)
        {
            Break("the purge removes only what was resolved, and after its retention", name);
        }
    }

    private void JudgeMessages(Dictionary<string, Row> claims, List<QuarantineRecord> kept)
    {
        var contents = kept.Select(record => Encoding.UTF8.GetString(record.Content.Span)).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, text, reading) in _messages)
        {
            if (!contents.Contains(text) && !(reading.PaymentId is { } paymentId && claims.TryGetValue(paymentId, out var claim) && IsOf(reading, claim)))
            {
                Break(reading.IsAccepted ? "every message is a delivery, a duplicate or a conflict" : "every bad message is in quarantine", $"message {id}: {text[..Math.Min(80, text.Length)]}");
            }
        }

        foreach (var queue in new[] { Process.NotificationsQueue, Process.PoisonQueue })
        {
            if (_world.Account.Queues.Messages(queue) is [{ } left, ..])
            {
                Break("no message is left", $"{left.Id} on {queue}, taken {left.DequeueCount} times");
            }
        }
    }

    private void JudgeClaim(string paymentId, Row claim)
    {
        var delivery = claim["DeliveryId"]!;
        if (claim["State"] != nameof(DeliveryState.Open))
        {
            return;
        }

        var instance = _world.Durable.Find(delivery);
        if (instance is not { IsFinished: false } || instance.Due.Values.All(due => due < _world.Loop.Now - _grace))
        {
            Break("an open delivery has something due", $"{paymentId}: {delivery} is {instance?.Status.ToString() ?? "not there"}");
        }
    }

    private void RowChanged((string Partition, string Key) key, Row? was, Row? now)
    {
        if (key == Pause)
        {
            _pausedAt = now is null ? null : _pausedAt ?? _world.Loop.Now;
        }

        if ((now ?? was)!["InsertId"] is null)
        {
            return;
        }

        if (now is null)
        {
            Purged(was!);
            return;
        }

        var (delivery, state) = (now["DeliveryId"]!, Enum.Parse<DeliveryState>(now["State"]!));
        var body = Encoding.UTF8.GetString([.. Convert.FromBase64String(now["Body"]!), .. Convert.FromBase64String(now["Body2"] ?? string.Empty)]);
        if (_bodies.TryGetValue(delivery, out var claimed) && claimed != body)
        {
            Break("one delivery has one body", delivery);
        }

        Deliveries += _bodies.ContainsKey(delivery) ? 0 : 1;
        _bodies[delivery] = body;
        if (was is not null && was["DeliveryId"] != delivery)
        {
            JudgeKeys(now);
        }

        if (_ended.TryGetValue(delivery, out var ended) && ended.State != state)
        {
            Break("a delivery ends once", $"{delivery}: {ended.State}, then {state}");
        }

        if (was is not null && was["DeliveryId"] != delivery && string.CompareOrdinal(was["DeliveryId"], delivery) > 0)
        {
            Break("a claim never goes back", $"{was["DeliveryId"]}, then {delivery}");
        }

        if (state != DeliveryState.Open && _ended.TryAdd(delivery, new Ended(state, _world.Loop.Now)))
        {
            _world.Loop.Tell($"{delivery} ends {state}");
            JudgeEnd(now["PaymentId"]!, delivery, state);
        }
    }

    // A call that is made again with its key makes no second delivery of a payment.
    private void JudgeKeys(Row claim)
    {
        var keys = ClaimHistory.Read(claim["History"]).Select(change => change.IdempotencyKey).OfType<string>().ToList();
        if (keys.Distinct(StringComparer.Ordinal).Count() < keys.Count)
        {
            Break("the same call again does nothing twice", claim["DeliveryId"]!);
        }
    }

    private void JudgeEnd(string paymentId, string delivery, DeliveryState state)
    {
        var sends = _sends.GetValueOrDefault(delivery) ?? new Sends();
        var isEarned = state switch
        {
            DeliveryState.Delivered => sends.Answers.Contains(AnswerKind.Success),
            DeliveryState.Rejected => sends.Answers.Contains(AnswerKind.Failure) || sends.Answers.Contains(AnswerKind.SetUp),
            DeliveryState.Cancelled => _cancelled.Contains(paymentId),
            _ => true,
        };
        if (!isEarned)
        {
            Break("an end is earned", $"{delivery} ended {state}");
        }
    }

    private void Added(string queue, StoredMessage message)
    {
        if (queue == Process.NotificationsQueue)
        {
            _messages.Add((message.Id, message.Text, IntakeReading.Of(Encoding.UTF8.GetBytes(message.Text))));
        }
        else if (queue == Process.OutcomesQueue)
        {
            var outcome = JsonNode.Parse(message.Text)!;
            var (id, state) = (outcome["outcomeId"]!.ToString(), outcome["state"]!.ToString());
            _world.Loop.Tell($"outcome {id} {state}");
            Outcomes += _outcomes.Add(id) ? 1 : 0;
            if (outcome["kind"]!.ToString() == "message")
            {
                var blobs = _world.Account.Blobs.Blobs(Process.Container);
                var record = outcome["quarantineId"]!.ToString();
                if (!blobs.ContainsKey(record) && !blobs.ContainsKey(QuarantineStore.ResolvedPrefix + record))
                {
                    Break("an outcome has its record", id);
                }
            }
            else if (!_ended.TryGetValue(id, out var ended) || ended.State.ToString() != state)
            {
                Break("an outcome is told after its end is recorded, and as it is recorded", $"{id}: told {state}, recorded {(_ended.TryGetValue(id, out var recorded) ? recorded.State.ToString() : "nothing")}");
            }
        }
    }

    private sealed record Ended(DeliveryState State, DateTimeOffset At);

    private sealed class Sends
    {
        public int All { get; set; }

        public int Highest { get; set; }

        public HashSet<(int Attempt, int Run, int Action)> Runs { get; } = [];

        public List<AnswerKind> Answers { get; } = [];
    }
}
