namespace FunctionsNotify.DevHost;

/// <summary>Serves until it is stopped.</summary>
internal static class RunCommand
{
    public static async Task RunAsync(CommandLine line, CancellationToken stop)
    {
        var settings = AppSettings.Read(line.App, AppSettings.ProcessEnvironment);
        if (line.Speed is { } speed)
        {
            settings.DivideDelays(speed);
        }

        // Whoever brings storage and Alipay+ may run as many hosts as they like.
        using var data = line.Data is not null || LocalServices.AreNeeded(settings) ? DataFolder.Take(line.Data) : null;
        data?.Delete(Addresses.FileName);
        await using var services = await LocalServices.StartAsync(settings, data, usualPorts: true, Console.WriteLine, stop).ConfigureAwait(false);
        var hosts = new List<FunctionsHost>();
        try
        {
            for (var index = 0; index < line.Hosts; index++)
            {
                hosts.Add(await FunctionsHost.StartAsync(
                    new FunctionsHostOptions
                    {
                        AppDirectory = settings.AppDirectory,
                        Port = index == 0 ? line.Port : 0,
                        Settings = settings.Values,
                        ShortLeases = line.ShortLeases,
                    },
                    stop).ConfigureAwait(false));
            }

            Tell(line, settings, services, data, [.. hosts.Select(host => host.Api)]);
            var failed = await Task.WhenAny([Task.Delay(Timeout.InfiniteTimeSpan, stop), .. hosts.Select(host => host.Failed)]).ConfigureAwait(false);
            if (!stop.IsCancellationRequested)
            {
                await failed.ConfigureAwait(false);
            }
        }
        finally
        {
            await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask())).ConfigureAwait(false);
            data?.Delete(Addresses.FileName);
        }
    }

    /// <summary>Azurite and the simulator for another host on this machine, such as the function app under Core Tools.</summary>
    public static async Task ServicesAsync(CommandLine line, CancellationToken stop)
    {
        const string file = "services.env";
        var settings = AppSettings.Read(directory: null, AppSettings.ProcessEnvironment);
        using var data = DataFolder.Take(line.Data);
        data.Delete(file);
        await using var services = await LocalServices.StartAsync(settings, data, usualPorts: true, Console.WriteLine, stop).ConfigureAwait(false);
        data.Write(file, string.Concat(settings.Added.Select(setting => $"{setting.Key}={setting.Value}\n")));
        Console.WriteLine($"Settings: {data.In(file)}");
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        data.Delete(file);
    }

    // Scripts read these lines; keep the words before the colon.
    private static void Tell(CommandLine line, AppSettings settings, LocalServices services, DataFolder? data, IReadOnlyList<Uri> apis)
    {
        data?.Write(Addresses.FileName, new Addresses(apis[0].AbsoluteUri, services.Simulator?.BaseAddress.AbsoluteUri, services.Azurite?.ConnectionString).ToJson());
        if (line.Port is null && apis[0].Port != HttpFrontend.UsualPort)
        {
            Console.WriteLine($"Port {HttpFrontend.UsualPort} is taken: the API uses another.");
        }

        foreach (var api in apis)
        {
            Console.WriteLine($"API: {api}");
        }

        if (settings.IsOwnApp)
        {
            Console.WriteLine($"Page: {apis[0]}/ui");
            Console.WriteLine($"Alipay+: {(services.Simulator is { } simulator ? $"simulator {simulator.BaseAddress}" : "as configured")}");
        }

        Console.WriteLine($"Storage: {(services.Azurite is { } azurite ? $"Azurite {azurite.ConnectionString}" : "as configured")}");
        Console.WriteLine(line.Speed > 1 ? $"Ready, every delay divided by {line.Speed}." : "Ready.");
    }
}
