using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsNotify.App.Tests.Core;

/// <summary>
/// Deliveries that orchestrator version 1.0 decided, decided again. A replay must come to the same waits and the same
/// end: where the kind of an action differs, orchestrations in flight, of 22 hours and more, fail; where only a time or an
/// input differs, nobody notices and their record is no longer what happened.
/// </summary>
public sealed class DecisionSequenceTests
{
    private const string Kind = "decisions";

    private static readonly JsonSerializerOptions _indented = new(DeliveryJson.Options) { WriteIndented = true };

    static DecisionSequenceTests()
    {
        foreach (var (name, record) in DecisionSequences.All)
        {
            StoredFiles.WriteMissing(Kind, name, () => JsonSerializer.Serialize(record(), _indented));
        }
    }

    public static TheoryData<string> Names => [.. DecisionSequences.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Replay_RecordedByVersion1_DecidesTheSame(string name)
    {
        var difference = Read(name).FirstDifference();
        Assert.True(
            difference is null,
            $"{name}, {difference}. Deliveries in flight would fail or contradict their history: raise DeliverOrchestrator.Version and host.json's defaultVersion, keep the old path for older instances, and leave this file as it is (docs/decisions/0004-changing-the-orchestrator.md).");
    }

    [Fact]
    public void Files_AndSequences_AreTheSame() =>
        Assert.Equal(DecisionSequences.All.Keys.Order(StringComparer.Ordinal), StoredFiles.Names(Kind));

    /// <summary>Each rule of the decisions shows in a recording: with another constant at least one differs.</summary>
    [Theory]
    [InlineData("jitter", "0.11")]
    [InlineData("setupFloor", "\"00:00:31\"")]
    [InlineData("slowDownFloor", "\"00:00:31\"")]
    [InlineData("slowDownCeiling", "\"00:01:01\"")]
    [InlineData("postponeBase", "\"00:00:31\"")]
    [InlineData("postponeCap", "\"00:15:01\"")]
    [InlineData("limiterWait", "\"00:00:06\"")]
    [InlineData("postponeLimit", "\"1.00:30:00\"")]
    public void Replay_AnotherConstant_IsNoticed(string constant, string value) => Assert.Contains(
        DecisionSequences.All.Keys,
        name =>
        {
            var sequence = JsonNode.Parse(StoredFiles.Read(Kind, name))!;
            sequence["input"]!["policy"]![constant] = JsonNode.Parse(value);
            return Differs(sequence);
        });

    [Fact]
    public void Replay_AnotherPayment_IsNoticed()
    {
        var sequence = JsonNode.Parse(StoredFiles.Read(Kind, "default-schedule-no-result"))!;
        sequence["input"]!["paymentId"] = "20260301190000000002";
        Assert.True(Differs(sequence));
    }

    // A timer that does not fit what was decided is a difference too.
    private static bool Differs(JsonNode sequence)
    {
        try
        {
            return sequence.Deserialize<DecisionSequence>(DeliveryJson.Options)!.FirstDifference() is not null;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static DecisionSequence Read(string name) => JsonSerializer.Deserialize<DecisionSequence>(StoredFiles.Read(Kind, name), DeliveryJson.Options)!;
}
