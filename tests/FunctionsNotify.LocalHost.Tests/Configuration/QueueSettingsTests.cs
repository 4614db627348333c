using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class QueueSettingsTests
{
    private readonly List<string> _problems = [];

    [Fact]
    public void Read_HostJsonOfTheRepository_TakesItsValues()
    {
        var hostJson = new ConfigurationBuilder().AddJsonFile(Path.Combine(RepositoryRoot.Find(), "host.json")).Build();

        var settings = QueueSettings.Read(hostJson, Settings(), _problems);

        Assert.Empty(_problems);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.VisibilityTimeout);
        Assert.Equal(100, settings.MaxDequeueCount);
        Assert.Equal(16, settings.BatchSize);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.MaxPollingInterval);
    }

    [Fact]
    public void Read_EnvironmentOfTheFunctionsHost_ComesBeforeTheFile()
    {
        var settings = QueueSettings.Read(
            Settings(("extensions:queues:maxDequeueCount", "100"), ("extensions:queues:batchSize", "16")),
            Settings(("AzureFunctionsJobHost:extensions:queues:maxDequeueCount", "3"), ("AzureFunctionsJobHost:extensions:queues:visibilityTimeout", "00:00:01")),
            _problems);

        Assert.Empty(_problems);
        Assert.Equal((3, 16, TimeSpan.FromSeconds(1)), (settings.MaxDequeueCount, settings.BatchSize, settings.VisibilityTimeout));
    }

    [Fact]
    public void Read_NothingSet_HasTheFunctionsHostsDefaults()
    {
        var settings = QueueSettings.Read(Settings(), Settings(), _problems);

        Assert.Equal(new QueueSettings { BatchSize = 16, MaxDequeueCount = 5, VisibilityTimeout = TimeSpan.Zero, MaxPollingInterval = TimeSpan.FromMinutes(1) }, settings);
    }

    [Fact]
    public void Read_SeveralWrong_TellsEachByItsName()
    {
        QueueSettings.Read(
            Settings(
                ("extensions:queues:batchSize", "33"),
                ("extensions:queues:maxDequeueCount", "many"),
                ("extensions:queues:visibilityTimeout", "-00:00:01"),
                ("extensions:queues:maxPollingInterval", "0"),
                ("extensions:queues:messageEncoding", "base64")),
            Settings(),
            _problems);

        Assert.Equal(5, _problems.Count);
        Assert.Contains("extensions.queues.batchSize in host.json, or AzureFunctionsJobHost__extensions__queues__batchSize: must be a whole number from 1 to 32, is a text of 2 characters", _problems);
        Assert.All(new[] { "batchSize", "maxDequeueCount", "visibilityTimeout", "maxPollingInterval", "messageEncoding" }, name => Assert.Contains(_problems, problem => problem.Contains(name, StringComparison.Ordinal)));
    }

    private static IConfiguration Settings(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build();
}
