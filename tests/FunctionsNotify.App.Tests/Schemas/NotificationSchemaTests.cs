using System.Text;
using System.Text.Json;
using CsCheck;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>notification.schema.json against what the code reads and writes.</summary>
public sealed class NotificationSchemaTests
{
    public static TheoryData<string> Samples => [.. Directory
        .EnumerateDirectories(Path.Combine(Schema.Root, "samples"), "??-*")
        .Select(folder => Path.GetFileName(folder))
        .Order()];

    /// <summary>Bodies that each break one rule which a schema can state.</summary>
    public static TheoryData<string> Refused => new()
    {
        "[]",
        "\"x\"",
        "{}",
        """{"paymentId":"1"}""",
        """{"paymentId":"1","paymentResult":null}""",
        """{"paymentId":"1","paymentResult":"S"}""",
        """{"paymentId":"1","paymentResult":{}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"U","resultCode":"X"}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"f","resultCode":"X"}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"SUCCESS"}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":" \u3000"}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":null}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"X","resultMessage":""}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"X","more":7}}""",
        """{"paymentId":"1","paymentRequestId":"r","paymentResult":{"resultStatus":"S","resultCode":"X"}}""",
        """{"paymentId":"1","paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"}}""",
        """{"paymentId":"1","paymentRequestId":null,"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"}}""",
        """{"paymentId":null,"paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":" ","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1\u0085","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":20200101,"paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"12345678901234567890123456789012345678901234567890123456789012345","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","paymentRequestId":"","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","paymentTime":"","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","paymentTime":"2020-01-01T12:01:01","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","paymentTime":"2020-01-01T12:01:01Z\n","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","paymentTime":"2023-04-31T12:01:01Z","paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","paymentTime":["2020-01-01T12:01:01Z"],"paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","more":true,"paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
        """{"paymentId":"1","more":{"a":[{"b":""}]},"paymentResult":{"resultStatus":"F","resultCode":"X"}}""",
    };

    public static TheoryData<string> Beyond => [.. BeyondSchema.Rules.Select(beyond => beyond.Rule)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Schema_Sample_JudgesAsTheCodeDoes(string sample)
    {
        var message = File.ReadAllBytes(Path.Combine(Schema.Root, "samples", sample, "message.json"));
        var text = Encoding.UTF8.GetString(message);
        var decoded = MessageCodec.Decode(message);
        var isAccepted = decoded.IsAccepted && NotificationReader.Read(decoded.Notification!.Value).IsAccepted;
        if (IsJson(text))
        {
            Assert.Equal(isAccepted, Schema.Notification.Accepts(text));
        }
        else
        {
            Assert.False(isAccepted);
        }
    }

    [Fact]
    public void Schema_SigningVectors_JudgesAsTheCodeDoes()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(Schema.Root, "tests", "vectors", "signing.json")));
        var bodies = vectors.RootElement.GetProperty("vectors").EnumerateArray().Select(vector => vector.GetProperty("body").GetString()!).ToList();
        Assert.Contains(bodies, Accepts);
        Assert.Contains(bodies, body => !Accepts(body));
        Assert.All(bodies, body => Assert.Equal(Accepts(body), Schema.Notification.Accepts(body)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Schema_RuleThatItStates_RefusesAsTheCodeDoes(string body)
    {
        Assert.False(Accepts(body));
        Assert.False(Schema.Notification.Accepts(body));
    }

    [Theory]
    [MemberData(nameof(Beyond))]
    public void Schema_RuleBeyondIt_IsTheCodesAlone(string rule)
    {
        var body = BeyondSchema.Rules.Single(beyond => beyond.Rule == rule).Body;
        var refusal = Assert.Single(NotificationReader.Read(Encoding.UTF8.GetBytes(body)).Refusals);
        Assert.StartsWith(rule, refusal.Rule, StringComparison.Ordinal);
        if (IsJson(body))
        {
            Schema.Notification.AssertAccepts(body);
        }
    }

    [Fact]
    public void Schema_WhateverTheWriterWrites_JudgesAsTheCodeDoes()
    {
        var accepted = 0;
        Gens.Notification.Sample(
            notification =>
            {
                var body = Encoding.UTF8.GetString(NotificationWriter.Write(notification));
                if (!Accepts(body))
                {
                    return BeyondSchema.IsLeapDay(notification.PaymentTime) || !Schema.Notification.Accepts(body);
                }

                Interlocked.Increment(ref accepted);
                Schema.Notification.AssertAccepts(body);
                return true;
            },
            iter: 5_000);
        Assert.InRange(accepted, 1_000, 4_500);
    }

    [Fact]
    public void Schema_MutatedNotification_JudgesAsTheCodeDoes()
    {
        var (accepted, refused) = (0, 0);
        Gens.MutatedNotification.Sample(
            body =>
            {
                var accepts = Accepts(body.Json);
                Interlocked.Increment(ref accepts ? ref accepted : ref refused);
                return accepts == Schema.Notification.Accepts(body.Json) || (!accepts && BeyondSchema.IsLeapDay(body.PaymentTime));
            },
            print: body => body.Json,
            iter: 10_000);
        Assert.True(accepted > 1_000 && refused > 1_000, $"{accepted} accepted, {refused} refused");
    }

    internal static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Accepts(string body) => NotificationReader.Read(Encoding.UTF8.GetBytes(body)).IsAccepted;
}
