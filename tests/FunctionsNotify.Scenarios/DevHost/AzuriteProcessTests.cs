using System.Net;
using System.Net.Sockets;
using Azure.Storage.Queues;
using FunctionsNotify.DevHost;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios.DevHost;

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

    // Ctrl+C, and a terminal that is closed, go to all its processes.
    [Theory]
    [InlineData("INT", 2)]
    [InlineData("HUP", 1)]
    public async Task Signal_OfTheTerminal_IsNotHeardAndTheDataIsSaved(string name, int signal)
    {
        await using var azurite = await AzuriteProcess.StartAsync();
        var queue = new QueueClient(azurite.ConnectionString, AzuriteFixture.NewName("kept"));
        await queue.CreateAsync();

        Assert.Equal(0, HostProcess.Signal(azurite.ProcessId!.Value, signal));
        await queue.SendMessageAsync($"after {name}");
        await azurite.StopAsync();
        await azurite.RestartAsync();

        Assert.Equal($"after {name}", (await queue.ReceiveMessageAsync()).Value.MessageText);
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
    public async Task Start_AUsualPortIsTaken_HasOthers()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 10001);
        try
        {
            taken.Start();
        }
        catch (SocketException)
        {
            // Another program has it, which is as good.
        }

        await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { UsualPorts = true });

        Assert.False(azurite.HasUsualPorts);
        await new QueueClient(azurite.ConnectionString, "there").CreateAsync();
    }

    [Fact]
    public async Task AccessLog_ARequest_IsALine()
    {
        var log = Path.GetTempFileName();
        try
        {
            await using (var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { AccessLog = log }))
            {
                await new QueueClient(azurite.ConnectionString, "logged").CreateAsync();
            }

            Assert.Contains(await File.ReadAllLinesAsync(log), line => line.Contains("PUT /devstoreaccount1/logged", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(log);
        }
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
