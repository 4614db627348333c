using System.Text;
using System.Text.Json;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

[Collection(SharedAzurite.Name)]
public sealed class EnqueueTests(AzuriteFixture azurite) : HostedTests(azurite.ConnectionString, null)
{
    private async Task<IReadOnlyList<string>> QueuedAsync() =>
        [.. (await Host.Queue.ReceiveMessagesAsync(32)).Value.Select(message => message.Body.ToObjectFromJson<JsonElement>().GetProperty("notification").GetRawText())];

    [Fact]
    public async Task Enqueue_Fields_AreOnTheQueue()
    {
        var ending = (await Host.Notify.RunAsync("enqueue", "--payment-id", "p1", "--result-status", "S", "--payment-request-id", "o1", "--payment-time", "2026-03-01T12:01:01+08:30")).EndsWith(ExitCodes.Done);

        Assert.StartsWith("p1 is on the queue as message ", ending.Out, StringComparison.Ordinal);
        Assert.Equal("""{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS"},"paymentId":"p1","paymentRequestId":"o1","paymentTime":"2026-03-01T12:01:01+08:30"}""", Assert.Single(await QueuedAsync()));
    }

    [Fact]
    public async Task Enqueue_File_KeepsItsBytes()
    {
        const string Body = "{ \"paymentResult\": {\"resultStatus\":\"F\",\n\"resultCode\":\"RISK_REJECT\",\"resultMessage\":\"Größe \\u0041\"}, \"paymentId\":\"p1\" }";
        (await Host.Notify.RunAsync("enqueue", "--file", Host.Folder.Write("one.json", Body))).EndsWith(ExitCodes.Done);
        Assert.Equal(Body, Assert.Single(await QueuedAsync()));
    }

    [Fact]
    public async Task Enqueue_OneLineRefused_SendsNothingAndNamesEveryRule()
    {
        Host.Notify.Input = Encoding.UTF8.GetBytes(HostUnderTest.Body("p1") + "\n" + """{"paymentResult":{"resultStatus":"U","resultCode":""},"paymentId":20}""");

        var ending = (await Host.Notify.RunAsync("enqueue", "--file", "-")).EndsWith(ExitCodes.NotDone);

        Assert.Contains("line 2, unknown payment: refused: paymentResult.resultStatus: must not be U", ending.Error, StringComparison.Ordinal);
        Assert.Contains("paymentResult.resultCode", ending.Error, StringComparison.Ordinal);
        Assert.Contains("paymentId: ", ending.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was sent", ending.Error, StringComparison.Ordinal);
        Assert.Empty(await QueuedAsync());
    }

    [Fact]
    public async Task Enqueue_SkipRefused_SendsTheOthersAndIsPartlyDone()
    {
        Host.Notify.Input = Encoding.UTF8.GetBytes(HostUnderTest.Body("p1") + "\n{}\n" + HostUnderTest.Body("p2"));

        var json = (await Host.Notify.RunAsync("enqueue", "--file", "-", "--skip-refused", "--json")).EndsWith(ExitCodes.Partly).Json;

        Assert.Equal((2, 1), (json.GetProperty("sent").GetInt32(), json.GetProperty("refused").GetInt32()));
        Assert.Equal(["Sent", "Refused", "Sent"], json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("status").GetString()));
        Assert.Equal(2, (await QueuedAsync()).Count);
    }

    [Fact]
    public async Task Enqueue_Many_SendsAllAndSaysHowFarItIs()
    {
        Host.Notify.Input = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 40).Select(number => HostUnderTest.Body($"p{number}"))));
        var ending = (await Host.Notify.RunAsync("enqueue", "--file", "-")).EndsWith(ExitCodes.Done);
        Assert.Contains("Sending: 40 of 40", ending.Error, StringComparison.Ordinal);
        Assert.Equal(40, (await Host.Queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Enqueue_DryRun_SendsNothing()
    {
        Host.Notify.Input = Encoding.UTF8.GetBytes(HostUnderTest.Body("p1"));
        (await Host.Notify.RunAsync("enqueue", "--file", "-", "--dry-run")).EndsWith(ExitCodes.Done);
        Assert.Empty(await QueuedAsync());
    }

    [Fact]
    public async Task Enqueue_QueueMissing_IsCreatedOnlyWhenAskedFor()
    {
        Host.Notify.Input = Encoding.UTF8.GetBytes(HostUnderTest.Body("p1"));
        var name = AzuriteFixture.NewName("q");
        Assert.Contains("does not exist", (await Host.Notify.RunAsync("enqueue", "--file", "-", "--queue", name)).EndsWith(ExitCodes.NotDone).Error, StringComparison.Ordinal);
        (await Host.Notify.RunAsync("enqueue", "--file", "-", "--queue", name, "--create-queue")).EndsWith(ExitCodes.Done);
    }

    [Fact]
    public async Task Enqueue_WrongConnectionString_IsSaidWithoutIt()
    {
        Host.Notify.Environment["AzureWebJobsStorage"] = "AccountKey=hunter2";
        Host.Notify.Input = Encoding.UTF8.GetBytes(HostUnderTest.Body("p1"));
        var ending = (await Host.Notify.RunAsync("enqueue", "--file", "-")).EndsWith(ExitCodes.Usage);
        Assert.DoesNotContain("hunter2", ending.Error, StringComparison.Ordinal);
    }
}
