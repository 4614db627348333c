namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>Start and stop of the process.</summary>
[Trait("Category", "owns-process")]
public sealed class StartScenarios
{
    private const int WrongConfiguration = 2;

    [OwnsProcessFact]
    public async Task Start_WrongSettings_EndsWithOneLineForEach()
    {
        await using var own = await Suite.PrepareHostAsync("wrong", HostPolicy.OfSeconds(1, 2));
        own.Process.Start(
            Setting("AlipayPlus__BaseUrl", "http://example.com"),
            Setting("AlipayPlus__ClientId", ""),
            Setting("AlipayPlus__PrivateKeyPath", "/nowhere/key.pem"),
            Setting("Delivery__RetryDelays__1", "00:00:00.5"),
            Setting("Delivery__Jitter", "2"),
            Setting("Queues__Outcomes", "Not_A_Queue"),
            Setting("AzureFunctionsJobHost__extensions__queues__batchSize", "33"));
        Assert.Equal(WrongConfiguration, await own.Process.ExitAsync(HostUnderTest.Patience));

        var lines = own.Process.Log.Split('\n').Skip(1).ToList();
        string[] settings =
        [
            "AlipayPlus__BaseUrl", "AlipayPlus__ClientId", "AlipayPlus__PrivateKeyPath", "Delivery__RetryDelays__1", "Delivery__Jitter", "Queues__Outcomes",
            "extensions__queues__batchSize",
        ];
        Assert.All(settings, setting => Assert.Single(lines, line => line.Contains(setting, StringComparison.Ordinal)));
        Assert.Equal(settings.Length, lines.Count);
    }

    [OwnsProcessFact]
    public async Task Start_SecretInTheWrongPlace_IsNotRepeated()
    {
        const string Secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";
        await using var own = await Suite.PrepareHostAsync("secret", HostPolicy.OfSeconds(1, 2));
        own.Process.Start(
            Setting("AlipayPlus__PrivateKeyPath", ""),
            Setting("AlipayPlus__PrivateKey", Secret),
            Setting("AlipayPlus__RequestTimeout", Secret),
            Setting("Delivery__SetupFloor", Secret),
            Setting("AzureWebJobsStorage", Secret));
        Assert.Equal(WrongConfiguration, await own.Process.ExitAsync(HostUnderTest.Patience));
        Assert.DoesNotContain(Secret, own.Process.Log, StringComparison.Ordinal);
        Assert.All(
            (string[])["AlipayPlus__PrivateKey", "AlipayPlus__RequestTimeout", "Delivery__SetupFloor", "AzureWebJobsStorage"],
            setting => Assert.Contains(setting, own.Process.Log, StringComparison.Ordinal));
    }

    [OwnsProcessFact]
    public async Task Stop_AskedTo_EndsInOrder()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var own = await Suite.PrepareHostAsync("stop", HostPolicy.OfSeconds(1, 2));
        await own.StartAsync();
        Assert.True(await own.Process.StopAsync(), own.Process.Log);
        Assert.Equal(0, await own.Process.ExitAsync(TimeSpan.FromSeconds(1)));
    }

    private static KeyValuePair<string, string> Setting(string name, string value) => new(name, value);
}
