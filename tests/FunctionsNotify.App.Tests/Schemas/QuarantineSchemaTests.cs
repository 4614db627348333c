using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using CsCheck;
using Moq;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>quarantine-record.schema.json, and the outcome of a message, against what the quarantine writes.</summary>
public sealed class QuarantineSchemaTests
{
    private static readonly Gen<byte[]> _content = Gen.OneOf(
        Gen.Byte.Array[0, 60],
        Gens.MutatedNotification.Select(body => Encoding.UTF8.GetBytes(body.Json)),
        Gens.MutatedNotification.Select(body => Encoding.UTF8.GetBytes($"{{\"functionsNotify\":1,\"\":2,\"notification\":{body.Json}}}")),
        Gens.Text.Array[0, 100].Select(names => Encoding.UTF8.GetBytes($"{{{string.Join(',', names.Select(name => $"{Gens.Quote(name)}:1"))}}}")));

    private static readonly Gen<QuarantineEntry> _entry = Gen.Select(
        Gen.OneOf(QuarantineStatus.Requeuing, QuarantineStatus.Requeued, QuarantineStatus.Discarded),
        Gen.String[Gen.Char.AlphaNumeric, 1, 64],
        Gens.Text.Where(text => text.Length > 0),
        Gens.Text.Array[1, 3].Null(),
        (status, actor, reason, overrode) => new QuarantineEntry
        {
            Id = Guid.Empty.ToString(),
            At = Given.AcceptedAt.AddDays(1),
            Status = status,
            Actor = actor,
            Reason = reason,
            Overrode = overrode?.ToImmutableArray(),
            MessageId = status == QuarantineStatus.Requeued ? "m-2" : null,
        });

    [Fact]
    public async Task Schema_WhateverIsQuarantined_IsAccepted()
    {
        var seen = new ConcurrentDictionary<(MessageState, bool), bool>();
        await Gen.Select(_content, Gen.OneOf(Gen.String[1, 80], Gen.Guid.Select(id => id.ToString())), Gen.Long[0, TimeSpan.TicksPerDay]).SampleAsync(
            async (content, messageId, ticks) =>
            {
                var decoded = MessageCodec.Decode(content);
                var reading = decoded.Notification is { } body ? NotificationReader.Read(body) : null;
                var state = decoded.IsAccepted && reading is { IsAccepted: true } ? MessageState.Conflict : MessageState.Invalid;
                IReadOnlyList<Violation> reasons = state == MessageState.Conflict
                    ? [new Violation("$", NotificationIntake.ConflictRule, Severity.Refuse, "object")]
                    : [.. decoded.Violations, .. reading?.Violations ?? []];
                var kept = Record(messageId, Given.AcceptedAt.AddTicks(ticks), state, reading?.PaymentId, reasons, content);

                var record = await StoreAsync(kept);
                var outcome = Encoding.UTF8.GetString(OutcomeWriter.Write(OutcomeOf(kept)));

                Schema.QuarantineRecord.AssertAccepts(record);
                Schema.ClosedQuarantineRecord.AssertAccepts(record);
                Schema.Outcome.AssertAccepts(outcome);
                Schema.ClosedOutcome.AssertAccepts(outcome);
                seen[(state, reading?.PaymentId is null)] = true;
            },
            iter: 600);
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public Task Schema_WhateverOperatorsDid_IsAccepted() => Gen.Select(_entry.Array[1, 3], _content.Null(), Gen.Bool).SampleAsync(
        async (history, correction, isConflict) =>
        {
            var state = isConflict ? MessageState.Conflict : MessageState.Invalid;
            var record = await StoreAsync(Record("m-1", Given.AcceptedAt, state, "1", [new Violation("$", "x", Severity.Refuse, "x")], Given.Body) with
            {
                Status = history[^1].Status,
                History = [.. history],
                Correction = correction is null ? null : new ReadOnlyMemory<byte>(correction),
                FromPoisonQueue = !isConflict,
                ClaimedAt = isConflict ? Given.AcceptedAt.AddHours(-1) : null,
            });
            Schema.QuarantineRecord.AssertAccepts(record);
            Schema.ClosedQuarantineRecord.AssertAccepts(record);
        },
        iter: 300);

    [Theory]
    [InlineData("schemaVersion", "2")]
    [InlineData("quarantineId", "\"../secret.json\"")]
    [InlineData("state", "\"Waiting\"")]
    [InlineData("status", "\"Done\"")]
    [InlineData("status", "\"Requeued\"")]
    [InlineData("history", null)]
    [InlineData("history", "[{}]")]
    [InlineData("fromPoisonQueue", "false")]
    [InlineData("correction", "\"{}\"")]
    [InlineData("messageId", null)]
    [InlineData("insertedAt", "\"yesterday\"")]
    [InlineData("reasons", "[]")]
    [InlineData("reasons", "[{\"field\":\"$\",\"rule\":\"x\",\"severity\":0,\"shape\":\"x\"}]")]
    [InlineData("content", "\"{}\"")]
    public async Task Schema_MemberThatTheStoreWouldNotWrite_IsRefused(string member, string? value)
    {
        var json = await StoreAsync(Record("m-1", Given.AcceptedAt, MessageState.Invalid, null, [new Violation("$", "x", Severity.Refuse, "x")], Given.Body));
        var record = JsonNode.Parse(json)!.AsObject();
        record.Remove(member);
        if (value is not null)
        {
            record[member] = JsonNode.Parse(value);
        }

        Assert.False(Schema.QuarantineRecord.Accepts(record.ToJsonString()));
    }

    private static QuarantineRecord Record(
        string messageId, DateTimeOffset insertedAt, MessageState state, string? paymentId, IReadOnlyList<Violation> reasons, byte[] content) => new()
        {
            State = state,
            MessageId = messageId,
            InsertedAt = insertedAt,
            QuarantinedAt = insertedAt.AddSeconds(1),
            PaymentId = paymentId,
            Reasons = [.. reasons],
            Content = content,
        };

    private static MessageOutcome OutcomeOf(QuarantineRecord record) => new()
    {
        PaymentId = record.PaymentId,
        State = record.State,
        MessageId = record.MessageId,
        InsertedAt = record.InsertedAt,
        Reasons = record.Reasons,
        QuarantineId = record.QuarantineId,
    };

    private static async Task<string> StoreAsync(QuarantineRecord record)
    {
        string? stored = null;
        var blob = new Mock<BlobClient>();
        blob.Setup(client => client.UploadAsync(It.IsAny<BinaryData>(), It.IsAny<BlobUploadOptions>(), It.IsAny<CancellationToken>()))
            .Callback((BinaryData data, BlobUploadOptions _, CancellationToken _) => stored = data.ToString())
            .ReturnsAsync(Response.FromValue(BlobsModelFactory.BlobContentInfo(new ETag("1"), default, null, null, 0), Mock.Of<Response>()));
        blob.Setup(client => client.ExistsAsync(It.IsAny<CancellationToken>())).ReturnsAsync(Response.FromValue(false, Mock.Of<Response>()));
        var container = new Mock<BlobContainerClient>();
        container.Setup(client => client.GetBlobClient(It.IsAny<string>())).Returns(blob.Object);

        await new QuarantineStore(container.Object).AddAsync(record, CancellationToken.None);
        return Assert.IsType<string>(stored);
    }
}
