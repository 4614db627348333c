using Azure.Storage.Queues;
using FunctionsNotify.Testing;

namespace FunctionsNotify.DevHost.Tests;

public sealed class AzuriteProcessTests
{
    [Fact]
    public async Task StopAndRestart_MessageOnAQueue_IsStillThereUnderTheSameAddress()
    {
        await using var azurite = await AzuriteProcess.StartAsync();
        var connection = azurite.ConnectionString;
        var queue = new QueueClient(connection, AzuriteFixture.NewName("kept"));
        await queue.CreateAsync();
        await queue.SendMessageAsync("kept over a restart");

        await azurite.StopAsync();
        Assert.False(azurite.IsRunning);
        await azurite.RestartAsync();

        Assert.Equal(connection, azurite.ConnectionString);
        var message = await queue.ReceiveMessageAsync();
        Assert.Equal("kept over a restart", message.Value.MessageText);
    }

    [Fact]
    public async Task Dispose_TemporaryData_IsGoneWithTheProcess()
    {
        var azurite = await AzuriteProcess.StartAsync();
        Assert.True(Directory.Exists(azurite.DataDirectory));

        await azurite.DisposeAsync();

        Assert.Null(azurite.ProcessId);
        Assert.False(Directory.Exists(azurite.DataDirectory));
    }

    [Fact]
    public async Task Start_TwoAtOnce_BothAnswer()
    {
        var both = await Task.WhenAll(AzuriteProcess.StartAsync(), AzuriteProcess.StartAsync());
        await using var one = both[0];
        await using var other = both[1];

        await new QueueClient(one.ConnectionString, "one").CreateAsync();
        Assert.False(await new QueueClient(other.ConnectionString, "one").ExistsAsync());
    }

    [Fact]
    public async Task Start_PackageFolderWithoutLockFile_SaysSo()
    {
        var empty = Directory.CreateTempSubdirectory();
        try
        {
            var fault = await Assert.ThrowsAsync<AzuriteException>(
                () => AzuriteProcess.StartAsync(new AzuriteOptions { PackageDirectory = empty.FullName }));
            Assert.Contains("package-lock.json is missing", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            empty.Delete();
        }
    }
}
