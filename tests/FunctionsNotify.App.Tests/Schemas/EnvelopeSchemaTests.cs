using System.Diagnostics;
using System.Text;
using Azure.Storage.Queues;
using CsCheck;
using FunctionsNotify.Client;
using Moq;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>envelope.schema.json against what the client writes and the codec reads.</summary>
public sealed class EnvelopeSchemaTests
{
    private const string Notification = """{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"X"}}""";

    private static readonly Gen<string> _member = Gen.Frequency(
        (3, Gens.Text.Select(Gens.Quote)),
        (2, Gen.OneOf("1", "2", "0", "true", "null", "{}", "[]", "\"1\"")),
        (2, Gen.OneOf(Notification, "\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"")));

    /// <summary>Envelopes of any members, most of them sound.</summary>
    private static readonly Gen<string> _envelope = Gen.Select(
        Gen.Frequency((6, Gen.Const("1")), (1, _member)),
        Gen.Frequency((5, Gens.MutatedNotification.Select(body => body.PaymentTime is null ? body.Json : Notification)), (1, _member)),
        Gen.Select(Gen.OneOf("traceparent", "tracestate", "traceparent", "paymentId", "more"), _member).Array[0, 2],
        (version, notification, others) => $"{{\"functionsNotify\":{version},{string.Concat(others.DistinctBy(other => other.Item1).Select(other => $"\"{other.Item1}\":{other.Item2},"))}\"notification\":{notification}}}");

    public static TheoryData<string> Refused => new()
    {
        """{"functionsNotify":1}""",
        """{"functionsNotify":2,"notification":{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"X"}}}""",
        """{"functionsNotify":"1","notification":{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"X"}}}""",
        """{"functionsNotify":1,"notification":"{}"}""",
        """{"functionsNotify":1,"notification":null}""",
        """{"functionsNotify":1,"notification":{"paymentId":"1"}}""",
        """{"functionsNotify":1,"notification":{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"X"}},"paymentRequestId":"r"}""",
    };

    public static TheoryData<string> Beyond => [.. BeyondSchema.EnvelopeRules.Select(beyond => beyond.Rule)];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Schema_RuleThatItStates_RefusesAsTheCodeDoes(string envelope)
    {
        Assert.False(Accepts(envelope));
        Assert.False(Schema.Envelope.Accepts(envelope));
    }

    [Theory]
    [MemberData(nameof(Beyond))]
    public void Schema_RuleBeyondIt_IsTheCodesAlone(string rule)
    {
        var envelope = BeyondSchema.EnvelopeRules.Single(beyond => beyond.Rule == rule).Body;
        var refusal = Assert.Single(MessageCodec.Decode(Encoding.UTF8.GetBytes(envelope)).Violations);
        Assert.StartsWith(rule, refusal.Rule, StringComparison.Ordinal);
        if (NotificationSchemaTests.IsJson(envelope))
        {
            Schema.Envelope.AssertAccepts(envelope);
        }
    }

    [Fact]
    public void Schema_AnyEnvelope_JudgesAsTheCodeDoes()
    {
        var (accepted, refused) = (0, 0);
        _envelope.Sample(
            envelope =>
            {
                var accepts = Accepts(envelope);
                Interlocked.Increment(ref accepts ? ref accepted : ref refused);
                return accepts == Schema.Envelope.Accepts(envelope);
            },
            iter: 5_000);
        Assert.True(accepted > 500 && refused > 500, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public async Task Schema_WhateverTheClientSends_IsAccepted()
    {
        var sent = 0;
        await Gen.Select(Gens.Notification, Gen.Bool, Gens.Text).SampleAsync(
            async (notification, isTraced, state) =>
            {
                using var activity = isTraced ? new Activity("test") { TraceStateString = state }.SetIdFormat(ActivityIdFormat.W3C).Start() : null;
                if (await SendAsync(notification) is { } text)
                {
                    Interlocked.Increment(ref sent);
                    Schema.Envelope.AssertAccepts(text.StartsWith('{') ? text : Encoding.UTF8.GetString(Convert.FromBase64String(text)));
                }
            },
            iter: 600);
        Assert.True(sent > 100, $"{sent} sent");
    }

    private static async Task<string?> SendAsync(PaymentNotification notification)
    {
        string? sent = null;
        var queue = new Mock<QueueClient>();
        queue.Setup(client => client.SendMessageAsync(It.IsAny<string>(), It.IsAny<TimeSpan?>(), It.IsAny<TimeSpan?>(), It.IsAny<CancellationToken>()))
            .Callback((string text, TimeSpan? _, TimeSpan? _, CancellationToken _) => sent = text)
            .ReturnsAsync(Azure.Response.FromValue(Azure.Storage.Queues.Models.QueuesModelFactory.SendReceipt("m", default, default, "p", default), Mock.Of<Azure.Response>()));
        try
        {
            await new PaymentNotificationQueue(queue.Object).EnqueueAsync(notification);
        }
        catch (InvalidPaymentNotificationException)
        {
            Assert.Null(sent);
        }

        return sent;
    }

    private static bool Accepts(string envelope)
    {
        var decoded = MessageCodec.Decode(Encoding.UTF8.GetBytes(envelope));
        return decoded.IsAccepted && NotificationReader.Read(decoded.Notification!.Value).IsAccepted;
    }
}
