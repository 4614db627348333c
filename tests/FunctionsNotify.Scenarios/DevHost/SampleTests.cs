using System.Text;
using System.Text.Json;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.DevHost;

namespace FunctionsNotify.Scenarios.DevHost;

public sealed class SampleTests
{
    private static readonly IReadOnlyList<Sample> Samples = Sample.ReadAll(Path.Combine(RepositoryRoot.Find(), "samples"));

    [Fact]
    public void ReadAll_SamplesOfTheRepository_ShowEveryWayToEnd() => Assert.Equal(
        ["delivery Delivered", "delivery Exhausted", "delivery Rejected", "duplicate ", "message Conflict", "message Invalid"],
        Samples.Select(sample => $"{sample.Expected.Kind} {sample.Expected.State}").Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Messages_AllButTheMalformed_AreAcceptedAndNameTheirPayment() =>
        Assert.All(Samples.Where(sample => sample.Expected.State != "Invalid"), sample =>
        {
            var reading = NotificationReader.Read(sample.Message);
            Assert.Empty(reading.Violations);
            Assert.Equal(sample.PaymentId, reading.PaymentId);
        });

    [Fact]
    public void Messages_TheMalformed_IsRefused() =>
        Assert.False(NotificationReader.Read(Samples.Single(sample => sample.Expected.State == "Invalid").Message).IsAccepted);

    [Fact]
    public void Messages_TheFirst_IsTheGuidesOwnByteForByte()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RepositoryRoot.Find(), "tests", "vectors", "signing.json")));
        Assert.Equal(
            vectors.RootElement.GetProperty("vectors")[0].GetProperty("body").GetString(),
            Encoding.UTF8.GetString(Samples[0].Message.Span));
    }
}
