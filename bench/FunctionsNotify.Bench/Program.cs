using FunctionsNotify.Bench;

if (args is [HostWorker.Argument])
{
    return await HostWorker.RunAsync();
}

if (args is [SimulatorWorker.Argument, var keys])
{
    return await SimulatorWorker.RunAsync(keys);
}

if (BenchOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

var folder = Directory.CreateDirectory(Path.Combine("artifacts", "bench", Guid.NewGuid().ToString("N")[..8])).FullName;
try
{
    await Benchmark.RunAsync(options, folder);
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
