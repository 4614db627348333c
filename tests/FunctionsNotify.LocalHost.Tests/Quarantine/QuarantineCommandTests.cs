using System.Text.RegularExpressions;
using FunctionsNotify.Testing;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost.Tests;

[Collection(SharedAzurite.Name)]
public sealed partial class QuarantineCommandTests(AzuriteFixture azurite) : IDisposable
{
    private const string Broken = """{"paymentResult":{"resultStatus":"X","resultCode":"RISK_REJECT"},"paymentId":"fixed"}""";

    private readonly LocalHostUnderTest _host = new(azurite.ConnectionString);
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task InvalidMessage_IsListedShownCorrectedAndDelivered()
    {
        await using var app = await _host.StartAsync();
        await _host.EnqueueAsync(Broken);
        Assert.Single(await _host.TakeOutcomesAsync(1));

        Assert.Equal(0, await RunAsync("list"));
        var id = RecordId().Match(_output.ToString()).Value;
        Assert.Contains("Invalid, Waiting; payment fixed;", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 record.", _output.ToString(), StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync("show", id));
        Assert.Contains("- paymentResult.resultStatus: ", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("RISK_REJECT", _output.ToString(), StringComparison.Ordinal);

        var file = Path.Combine(_host.Data, "body.json");
        Assert.Equal(0, await RunAsync("show", id, "--with-body", "--save-body", file));
        Assert.Contains(Broken, _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(Broken, await File.ReadAllTextAsync(file));

        // As it is it would come back; the correction still breaks a rule; then it is right.
        Assert.Equal(1, await RunAsync("requeue", id, "--reason", "try"));
        Assert.StartsWith("force: is needed, because the message as it is would be refused again: paymentResult.resultStatus: ", _error.ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, Broken.Replace("\"X\"", "\"Y\"", StringComparison.Ordinal));
        Assert.Equal(1, await RunAsync("requeue", id, "--reason", "try", "--body", file));
        Assert.StartsWith("body.paymentResult.resultStatus: ", _error.ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, Broken.Replace("\"X\"", "\"F\"", StringComparison.Ordinal));
        Assert.Equal(0, await RunAsync("requeue", id, "--reason", "a typing error", "--body", file, "--actor", "anna"));

        Assert.Equal("Delivered", Assert.Single(await _host.TakeOutcomesAsync(1)).GetProperty("state").GetString());
        Assert.Equal(await File.ReadAllTextAsync(file), Assert.Single(app.Simulator!.Received.List("fixed")).BodyText);

        Assert.Equal(1, await RunAsync("requeue", id, "--reason", "again"));
        Assert.Contains("is Requeued by anna since ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("show", id));
        Assert.Contains("by anna: a typing error", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflict_RequeuedAsItIsComesBack_AndIsDiscarded()
    {
        await using var app = await _host.StartAsync();
        await _host.EnqueueAsync(Payments.Body("twice"));
        await _host.TakeOutcomesAsync(1);
        await _host.EnqueueAsync(Payments.Body("twice", "MERCHANT_KYB_NOT_QUALIFIED"));
        await _host.TakeOutcomesAsync(1);

        await RunAsync("list", "--state", "conflict");
        var id = RecordId().Match(_output.ToString()).Value;
        await RunAsync("show", id);
        Assert.Matches("Stands since: [0-9]{4}-", _output.ToString());
        Assert.Equal(0, await RunAsync("requeue", id, "--reason", "a try"));
        Assert.Equal("Conflict", Assert.Single(await _host.TakeOutcomesAsync(1)).GetProperty("state").GetString());

        await RunAsync("list", "--status", "waiting");
        var again = RecordId().Match(_output.ToString()).Value;
        Assert.NotEqual(id, again);
        Assert.Equal(0, await RunAsync("discard", again, "--reason", "the first one stands"));
        Assert.Equal(1, await RunAsync("discard", again, "--reason", "once more"));
        await RunAsync("list", "--status", "waiting");
        Assert.Contains("0 records.", _output.ToString(), StringComparison.Ordinal);
        Assert.Single(app.Simulator!.Received.List("twice"));
    }

    [Fact]
    public async Task List_MoreThanAPage_SaysHowToGoOn()
    {
        await using var app = await _host.StartAsync();
        for (var index = 0; index < 3; index++)
        {
            await _host.EnqueueAsync($"bad {index}");
        }

        await _host.TakeOutcomesAsync(3);

        await RunAsync("list", "--max", "2");
        var first = RecordId().Matches(_output.ToString()).Select(match => match.Value).ToList();
        var token = Regex.Match(_output.ToString(), "--continue ([A-Za-z0-9_-]+)").Groups[1].Value;
        await RunAsync("list", "--max", "2", "--continue", token);
        var second = RecordId().Matches(_output.ToString()).Select(match => match.Value).ToList();

        Assert.Equal((2, 1), (first.Count, second.Count));
        Assert.Empty(first.Intersect(second));
        Assert.DoesNotContain("--continue", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            ["--continue: must be what the page before gave"],
            (await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("list", "--continue", "xyz"))).Problems);
    }

    [Fact]
    public async Task UnknownRecordAndUnreachableQuarantine_SaySo()
    {
        Assert.Equal(1, await RunAsync("show", "20260304/0000000000000000000-m.json"));
        Assert.Contains("404", _error.ToString(), StringComparison.Ordinal);

        await using var app = await _host.StartAsync();
        Assert.Equal(1, await RunAsync("discard", "20260304/0000000000000000000-m.json", "--reason", "r"));
        Assert.Equal("ID: there is no such record", _error.ToString().Trim());
    }

    [Fact]
    public async Task Settings_Wrong_AreToldByName()
    {
        _host.Settings["Storage:QuarantineContainer"] = "No";
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("list"));
        Assert.StartsWith("Storage__QuarantineContainer: ", Assert.Single(wrong.Problems), StringComparison.Ordinal);

        var file = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("requeue", "id", "--reason", "r", "--body", Path.Combine(_host.Data, "none")));
        Assert.Equal(["--body: the file cannot be read (FileNotFoundException)"], file.Problems);
    }

    [Fact]
    public async Task Data_LocalHostWithItsOwnAzurite_IsFoundWhileItRuns()
    {
        _host.Settings.Remove("AzureWebJobsStorage");
        await using (await _host.StartAsync())
        {
            // What else is set does not matter: the folder was named.
            _host.Settings["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
            Assert.Equal(0, await RunAsync("list", "--data", _host.Data));
            Assert.Contains("0 records.", _output.ToString(), StringComparison.Ordinal);
            _host.Settings.Remove("AzureWebJobsStorage");
            Assert.Equal(0, await RunAsync("list"));
        }

        var gone = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("list", "--data", _host.Data));
        Assert.Equal(["--data: no local host with an Azurite of its own runs on this folder"], gone.Problems);
        var none = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("list"));
        Assert.StartsWith("AzureWebJobsStorage: is not set", Assert.Single(none.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_HostWithAGivenAccount_LeavesNoConnectionStringOnDisk()
    {
        await using var app = await _host.StartAsync();

        Assert.DoesNotContain(
            Directory.EnumerateFiles(_host.Data),
            file => Path.GetFileName(file) == "azurite.connection");
    }

    [Fact]
    public async Task Help_TellsEveryAction()
    {
        Assert.Equal(0, await RunAsync());

        Assert.All(["list", "show ID", "requeue ID", "discard ID"], action => Assert.Contains("quarantine " + action, _output.ToString(), StringComparison.Ordinal));
    }

    [GeneratedRegex("^[0-9]{8}/[0-9]{19}-[0-9a-f-]{36}[.]json", RegexOptions.Multiline)]
    private static partial Regex RecordId();

    private Task<int> RunAsync(params string[] args)
    {
        _output.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
        var environment = new ConfigurationBuilder().AddInMemoryCollection(_host.Settings).Build();
        return new QuarantineCommand(_output, _error, _ => { }).RunAsync(args, environment, CancellationToken.None);
    }
}
