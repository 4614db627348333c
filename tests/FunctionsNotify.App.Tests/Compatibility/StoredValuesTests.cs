using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>
/// What version 1 stored is read by today's code, means the same, and is written again as it was. A failure means that
/// deliveries in flight or consumers would break: docs/decisions/0004-changing-the-orchestrator.md.
/// </summary>
public sealed class StoredValuesTests
{
    private static readonly (Form Form, IReadOnlyList<StoredValue> Values)[] _forms = [(Form.History, StoredValues.History), (Form.Rest, StoredValues.Rest)];

    static StoredValuesTests()
    {
        foreach (var (form, values) in _forms)
        {
            foreach (var value in values)
            {
                StoredFiles.WriteMissing(form.Kind, value.Name, () => form.Write(value));
            }
        }
    }

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var (form, values) in _forms)
            {
                foreach (var value in values)
                {
                    all.Add(form.Kind, value.Name);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Value_OfVersion1_IsReadAndWrittenAsItWas(string kind, string name)
    {
        var (form, values) = _forms.Single(one => one.Form.Kind == kind);
        var type = values.Single(value => value.Name == name).Type;
        var stored = StoredFiles.Read(kind, name);
        foreach (var reader in form.Serializers)
        {
            var value = JsonSerializer.Deserialize(stored, type, reader);
            foreach (var writer in form.Serializers)
            {
                Assert.Empty(JsonComparison.Lost(stored, JsonSerializer.Serialize(value, type, writer)));
            }
        }
    }

    [Fact]
    public void Files_AndValues_AreTheSame() => Assert.All(
        _forms,
        form => Assert.Equal(form.Values.Select(value => value.Name).Order(StringComparer.Ordinal), StoredFiles.Names(form.Form.Kind)));

    /// <summary>A member that no example holds could be renamed unseen: add an example, do not change one.</summary>
    [Fact]
    public void Files_Together_HoldEveryMemberOfEveryType()
    {
        foreach (var (form, values) in _forms)
        {
            // Fresh options have no contracts before something was serialized with them.
            form.Serializers[0].MakeReadOnly(populateMissingResolver: true);
            var members = new HashSet<string>();
            var held = new HashSet<string>();
            foreach (var value in values)
            {
                using var stored = JsonDocument.Parse(StoredFiles.Read(form.Kind, value.Name));
                Collect(form.Serializers[0].GetTypeInfo(value.Value.GetType()), stored.RootElement, form.Serializers[0], members, held);
            }

            // A postponement is no attempt, so that no record of ours holds its reason there; what was replaced has no end to keep.
            Assert.Empty(members.Except(held).Except(form == Form.Rest ? ["AttemptResult.postponeReason", "RecordedEnd.isReplaced"] : []));
        }
    }

    [Fact]
    public void Input_OfVersion1_MeansTheSame()
    {
        var input = ReadHistory<DeliveryInput>("input");
        Assert.Equal(("np-20260301190000000001~0001", "20260301190000000001", "order-4711", null), (input.DeliveryId, input.PaymentId, input.PaymentRequestId, input.Supersedes));
        Assert.StartsWith("{\"paymentResult\":{\"resultStatus\":\"S\"", Encoding.UTF8.GetString(input.Body.Span), StringComparison.Ordinal);
        Assert.Contains("Zahlung ✓", Encoding.UTF8.GetString(input.Body.Span), StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero), input.AcceptedAt);
        Assert.Equal("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", input.TraceParent);
        Assert.Equal("congo=t61rcWkgMzE", input.TraceState);
        Assert.Equal((15, TimeSpan.FromSeconds(1), TimeSpan.FromHours(6), 0.1), (input.Policy.RetryDelays.Length, input.Policy.RetryDelays[0], input.Policy.RetryDelays[^1], input.Policy.Jitter));

        var again = ReadHistory<DeliveryInput>("input-redelivery");
        Assert.Equal(("np-20260301190000000001~0002", "np-20260301190000000001~0001"), (again.DeliveryId, again.Supersedes));
        var policy = again.Policy;
        Assert.Equal([TimeSpan.FromSeconds(1.5), TimeSpan.FromHours(60)], policy.RetryDelays.ToArray());
        Assert.Equal((31, 32, 61, 33), (policy.SetupFloor.TotalSeconds, policy.SlowDownFloor.TotalSeconds, policy.SlowDownCeiling.TotalSeconds, policy.PostponeBase.TotalSeconds));
        Assert.Equal((16, 6, 25, 0.25), (policy.PostponeCap.TotalMinutes, policy.LimiterWait.TotalSeconds, policy.PostponeLimit.TotalHours, policy.Jitter));
    }

    [Theory]
    [InlineData("history")]
    [InlineData("rest")]
    public void Delivery_WithTheMessagesTimeAndTrace_MeansTheSame(string kind)
    {
        var enqueuedAt = new DateTimeOffset(2026, 3, 1, 11, 59, 59, 873, TimeSpan.Zero);
        Assert.Equal((enqueuedAt, "W/\"datetime'2026-03-01T12%3A00%3A00.1230000Z'\""), (ReadHistory<DeliveryInput>("input-enqueued").EnqueuedAt, ReadHistory<DeliveryInput>("input-enqueued").ClaimTag));
        var delivery = Read<Delivery>(kind, "delivery-enqueued");
        Assert.Equal((enqueuedAt, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "congo=t61rcWkgMzE"), (delivery.EnqueuedAt, delivery.TraceParent, delivery.TraceState));
        var before = Read<Delivery>(kind, "delivery-waiting");
        Assert.Equal((null, null, null), (before.EnqueuedAt, before.TraceParent, before.TraceState));
    }

    [Theory]
    [InlineData("history")]
    [InlineData("rest")]
    public void Delivery_OfVersion1_MeansTheSame(string kind)
    {
        var waiting = Read<Delivery>(kind, "delivery-waiting");
        Assert.Equal((DeliveryPhase.Waiting, DeliveryState.Open, 2), (waiting.Phase, waiting.State, waiting.NextAttempt));
        Assert.Equal((AttemptKind.Unknown, "REQUEST_TRAFFIC_EXCEED_LIMIT", true, TimeSpan.FromSeconds(45)), (waiting.LastResult!.Kind, waiting.LastResult.ResultCode, waiting.LastResult.SlowDown, waiting.LastResult.RetryAfter));
        Assert.Equal((TimeSpan.FromSeconds(45), new DateTimeOffset(2026, 3, 1, 12, 0, 47, 123, TimeSpan.Zero)), (waiting.LastWait, waiting.DueAt));
        var refused = Assert.Single(waiting.Verdicts);
        Assert.Equal(("c-1", CommandKind.SendNow, CommandResult.Refused, "operator@example"), (refused.Id, refused.Kind, refused.Result, refused.Actor));

        var postponed = Read<Delivery>(kind, "delivery-postponed");
        Assert.Equal((DeliveryPhase.Waiting, PostponeReason.SignerThrottled, 1, 1, 1), (postponed.Phase, postponed.WaitsFor, postponed.Postponements, postponed.PostponedInARow, postponed.NextAttempt));
        Assert.InRange(postponed.PostponedFor, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(33));

        var asked = Read<Delivery>(kind, "delivery-asked-during-attempt");
        Assert.Equal(DeliveryPhase.Sending, asked.Phase);
        Assert.Equal(["c-2", "unreadable-2", "c-3"], asked.PendingCommands.Select(command => command.Id));
        Assert.NotNull(asked.PendingCommands[1].Fault);
        Assert.Equal((CommandKind.SendNow, 3), (asked.PendingCommands[2].Kind, asked.PendingCommands[2].ExpectedAttempt));
        var ended = asked.Apply(new AttemptResult { Kind = AttemptKind.NoResult, StartedAt = asked.DueAt, Duration = TimeSpan.Zero }, asked.DueAt);
        Assert.Equal((DeliveryState.Cancelled, DeliveryCause.Operator), (ended.State, ended.Cause));

        var setup = Read<Delivery>(kind, "delivery-rejected-setup");
        Assert.Equal((DeliveryPhase.Final, DeliveryState.Rejected, DeliveryCause.Setup, 3), (setup.Phase, setup.State, setup.Cause, setup.Attempts.Count));
        Assert.Equal("np-20260301190000000001~0001", setup.Supersedes);
    }

    [Fact]
    public void Result_OfVersion1_MeansTheSame()
    {
        Assert.All(Enum.GetValues<AttemptKind>(), kind => Assert.Equal(kind, ReadHistory<AttemptResult>($"result-{kind}").Kind));
        Assert.All(Enum.GetValues<PostponeReason>(), reason => Assert.Equal(reason, ReadHistory<AttemptResult>($"result-Postponed-{reason}").PostponeReason));
        var rejected = ReadHistory<AttemptResult>("result-Rejected");
        Assert.Equal((200, "F", "ORDER_IS_CLOSED", "clôturé ✓", "trace-2"), (rejected.HttpStatus, rejected.ResultStatus, rejected.ResultCode, rejected.ResultMessage, rejected.TraceId));
        Assert.Equal((TimeSpan.FromMilliseconds(20.5), false, null), (rejected.Duration, rejected.SlowDown, rejected.RetryAfter));
    }

    [Fact]
    public void Attempt_OfVersion1_MeansTheSame()
    {
        var told = ReadHistory<SentAttempt>("attempt-told");
        Assert.Equal((AttemptKind.Acknowledged, DeliveryState.Delivered, new DateTimeOffset(2026, 3, 1, 12, 0, 2, 123, TimeSpan.Zero), true), (told.Result.Kind, told.Ended!.State, told.Ended.EndedAt, told.IsTold));
        Assert.Equal((null, false), (ReadHistory<SentAttempt>("attempt-open").Ended, ReadHistory<SentAttempt>("attempt-open").IsTold));
        Assert.True(ReadHistory<SentAttempt>("attempt-replaced").Ended!.IsReplaced);
    }

    [Fact]
    public void Command_OfVersion1_MeansTheSame()
    {
        var sendNow = ReadCommand("command-SendNow");
        Assert.Equal(("c-2", CommandKind.SendNow, 2, "operator@example", "asked by phone", null), (sendNow.Id, sendNow.Kind, sendNow.ExpectedAttempt, sendNow.Actor, sendNow.Reason, sendNow.Fault));
        Assert.Equal((CommandKind.Cancel, null), (ReadCommand("command-Cancel").Kind, ReadCommand("command-Cancel").ExpectedAttempt));
        Assert.Equal((CommandKind.Wake, 3), (ReadCommand("command-Wake").Kind, ReadCommand("command-Wake").ExpectedAttempt));
    }

    [Fact]
    public void IndexRow_OfVersion1_MeansTheSame()
    {
        var open = ReadHistory<DeliveryIndexRow>("index-row-open");
        Assert.Equal((DeliveryState.Open, 1, AttemptKind.Unknown, "REQUEST_TRAFFIC_EXCEED_LIMIT", 2L), (open.State, open.AttemptCount, open.LastKind, open.LastResultCode, open.Sequence));
        Assert.NotNull(open.NextDueAt);
        Assert.Null(open.StartingSince);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 1, 123, TimeSpan.Zero), ReadHistory<DeliveryIndexRow>("index-row-starting").StartingSince);
        var final = ReadHistory<DeliveryIndexRow>("index-row-final");
        Assert.Equal((DeliveryState.Exhausted, 3, AttemptKind.NotSent, null), (final.State, final.AttemptCount, final.LastKind, final.NextDueAt));
    }

    [Fact]
    public void Report_OfVersion1_MeansTheSame()
    {
        var waiting = ReadHistory<DeliveryReport>("report-waiting");
        Assert.Equal((DeliveryState.Open, DeliveryPhase.Waiting, 1, 16, 2), (waiting.State, waiting.Phase, waiting.AttemptCount, waiting.MaxAttempts, waiting.NextAttempt));
        Assert.Equal("c-1", Assert.Single(waiting.Commands).Id);
        Assert.Equal(PostponeReason.SignerThrottled, ReadHistory<DeliveryReport>("report-postponed").WaitsFor);
        var cancelled = ReadHistory<DeliveryReport>("report-cancelled");
        Assert.Equal((DeliveryState.Cancelled, DeliveryCause.Operator, 2), (cancelled.State, cancelled.Cause, cancelled.Attempts.Length));
        Assert.NotNull(cancelled.EndedAt);
        Assert.NotNull(cancelled.OperatorAction);
    }

    [Fact]
    public void Outcome_OfVersion1_MeansTheSame()
    {
        var delivered = Assert.IsType<DeliveryOutcome>(Read<Outcome>("rest", "outcome-delivered"));
        Assert.Equal((1, "np-20260301190000000001~0001", DeliveryState.Delivered, DeliveryCause.Acknowledged), (delivered.SchemaVersion, delivered.OutcomeId, delivered.State, delivered.Cause));
        Assert.Equal(("order-4711", "SUCCESS", 1, 0, null), (delivered.PaymentRequestId, delivered.ResultCode, delivered.AttemptCount, delivered.AttemptsOmitted, delivered.OperatorAction));
        var exhausted = Assert.IsType<DeliveryOutcome>(Read<Outcome>("rest", "outcome-exhausted"));
        Assert.Equal((DeliveryState.Exhausted, DeliveryCause.ScheduleUsed, 3, 1, "np-20260301190000000001~0001"), (exhausted.State, exhausted.Cause, exhausted.AttemptCount, exhausted.AttemptsOmitted, exhausted.Supersedes));
        Assert.Equal(DeliveryCause.Setup, Assert.IsType<DeliveryOutcome>(Read<Outcome>("rest", "outcome-rejected-setup")).Cause);
        Assert.Equal(DeliveryCause.Business, Assert.IsType<DeliveryOutcome>(Read<Outcome>("rest", "outcome-rejected")).Cause);
        Assert.Equal(DeliveryCause.Operator, Assert.IsType<DeliveryOutcome>(Read<Outcome>("rest", "outcome-cancelled")).Cause);

        var invalid = Assert.IsType<MessageOutcome>(Read<Outcome>("rest", "outcome-invalid"));
        Assert.Equal((null, MessageState.Invalid, "1f0c2f5e-6f0b-4c39-9d4f-3b1c5a0d7e11:Invalid"), (invalid.PaymentId, invalid.State, invalid.OutcomeId));
        Assert.Equal([Severity.Refuse, Severity.Warn], invalid.Reasons.Select(reason => reason.Severity));
        Assert.Equal("20260301/", invalid.QuarantineId[..9]);
        Assert.Equal(MessageState.Conflict, Assert.IsType<MessageOutcome>(Read<Outcome>("rest", "outcome-conflict")).State);
    }

    [Fact]
    public void QuarantineRecord_OfVersion1_MeansTheSame()
    {
        var record = Read<QuarantineRecord>("rest", "quarantine-record-conflict");
        Assert.Equal((1, MessageState.Conflict, "Waiting", "20260301190000000001"), (record.SchemaVersion, record.State, $"{record.Status}", record.PaymentId));
        Assert.Equal([0x7B, 0xFF, 0xFE, 0x00, 0x7D], record.Content.ToArray());
        Assert.Equal("1f0c2f5e-6f0b-4c39-9d4f-3b1c5a0d7e11", record.MessageId);
        Assert.Equal("20260301/2516299343998769999-1f0c2f5e-6f0b-4c39-9d4f-3b1c5a0d7e11.json", record.QuarantineId);
        Assert.Equal("invalid JSON at line 1, byte 2", Assert.Single(record.Reasons).Shape);
        Assert.Equal((new DateTimeOffset(2026, 3, 1, 11, 0, 0, 123, TimeSpan.Zero), false, null), (record.ClaimedAt, record.FromPoisonQueue, record.Correction));
        Assert.Empty(record.History);

        var requeued = Read<QuarantineRecord>("rest", "quarantine-record-requeued");
        Assert.Equal((QuarantineStatus.Requeued, true, "{}"), (requeued.Status, requeued.FromPoisonQueue, Encoding.UTF8.GetString(requeued.Correction!.Value.Span)));
        Assert.Equal([QuarantineStatus.Requeuing, QuarantineStatus.Requeued], requeued.History.Select(entry => entry.Status));
        Assert.Equal(("operator@example", "asked by phone"), (requeued.History[0].Actor, requeued.History[0].Reason));
        Assert.Single(requeued.History[0].Overrode!.Value);
        Assert.Equal("9b6f7a58-0c55-4a6e-8a83-0d4a3f0f2c22", requeued.History[1].MessageId);
        Assert.Equal(QuarantineStatus.Discarded, Read<QuarantineRecord>("rest", "quarantine-record-discarded").Status);
    }

    private static T ReadHistory<T>(string name) => Read<T>("history", name);

    private static T Read<T>(string kind, string name) =>
        JsonSerializer.Deserialize<T>(StoredFiles.Read(kind, name), _forms.Single(form => form.Form.Kind == kind).Form.Serializers[0])!;

    // The orchestrator reads a command by itself, not with the platform's serializer.
    private static DeliveryCommand ReadCommand(string name)
    {
        using var stored = JsonDocument.Parse(StoredFiles.Read("history", name));
        return DeliveryCommand.Read(stored.RootElement, "fallback");
    }

    private static void Collect(JsonTypeInfo type, JsonElement value, JsonSerializerOptions options, HashSet<string> members, HashSet<string> held)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable && value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Collect(options.GetTypeInfo(type.ElementType!), item, options, members, held);
            }
        }
        else if (type.Kind == JsonTypeInfoKind.Object && value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in type.Properties.Where(property => property.Get is not null))
            {
                members.Add($"{type.Type.Name}.{property.Name}");
                if (value.TryGetProperty(property.Name, out var member))
                {
                    held.Add($"{type.Type.Name}.{property.Name}");
                    Collect(options.GetTypeInfo(property.PropertyType), member, options, members, held);
                }
            }
        }
    }
}
