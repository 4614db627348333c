using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using CsCheck;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using Moq;

namespace FunctionsNotify.Storage.Tests.Schemas;

/// <summary>quarantine-record.schema.json, and the outcome of a message, against what the quarantine writes.</summary>
public sealed class QuarantineSchemaTests
{
    private static readonly MessageCodec _codec = new();

    private static readonly Gen<byte[]> _content = Gen.OneOf(
        Gen.Byte.Array[0, 60],
        Gens.MutatedNotification.Select(body => Encoding.UTF8.GetBytes(body.Json)),
        Gens.MutatedNotification.Select(body => Encoding.UTF8.GetBytes($"{{\"functionsNotify\":1,\"\":2,\"notification\":{body.Json}}}")),
        Gens.Text.Array[0, 100].Select(names => Encoding.UTF8.GetBytes($"{{{string.Join(',', names.Select(name => $"{Gens.Quote(name)}:1"))}}}")));

    [Fact]
    public async Task Schema_WhateverIsQuarantined_IsAccepted()
    {
        var seen = new ConcurrentDictionary<(MessageState, bool), bool>();
        await Gen.Select(_content, Gen.OneOf(Gen.String[1, 80], Gen.Guid.Select(id => id.ToString())), Gen.Long[0, TimeSpan.TicksPerDay]).SampleAsync(
            async (content, messageId, ticks) =>
            {
                var decoded = _codec.Decode(content);
                var reading = decoded.Notification is { } body ? NotificationReader.Read(body) : null;
                var state = decoded.IsAccepted && reading is { IsAccepted: true } ? MessageState.Conflict : MessageState.Invalid;
                IReadOnlyList<Violation> reasons = state == MessageState.Conflict
                    ? [new Violation("$", IntakeRules.ConflictRule, Severity.Refuse, "object")]
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
            iter: 2_000);
        Assert.Equal(3, seen.Count);
    }

    [Theory]
    [InlineData("schemaVersion", "2")]
    [InlineData("quarantineId", "\"../secret.json\"")]
    [InlineData("state", "\"Waiting\"")]
    [InlineData("status", "\"\"")]
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
            .ReturnsAsync(Mock.Of<Response<BlobContentInfo>>());
        var container = new Mock<BlobContainerClient>();
        container.Setup(client => client.GetBlobClient(record.QuarantineId)).Returns(blob.Object);

        await new BlobQuarantineStore(container.Object).AddAsync(record, CancellationToken.None);
        return Assert.IsType<string>(stored);
    }
}
