using System.Globalization;
using System.Text.Json;
using FunctionsNotify.Bench;

// Usage: FunctionsNotify.Bench [--payments N] [--rounds N]: the function app and a bare Durable app in turn, the same host;
// or FunctionsNotify.Bench burst [--payments N] [--rounds N]: many payments at once, with admission and without in turn.
var payments = Number("--payments", 200);
var rounds = Number("--rounds", 3);
var bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
var devHost = Path.Combine(bin, "FunctionsNotify.DevHost", configuration, "FunctionsNotify.DevHost.dll");
App[] apps =
[
    new("bare", Path.Combine(bin, "FunctionsNotify.BareApp", configuration), IsOurs: false),
    new("ours", Path.Combine(bin, "FunctionsNotify.App", configuration), IsOurs: true),
];

if (args is ["burst", ..])
{
    for (var round = 1; round <= rounds; round++)
    {
        foreach (var (name, maxWorkItems) in new[] { ("with admission", (int?)null), ("without", 100_000) })
        {
            Console.WriteLine(Invariant($"round {round}, {name}: {await Round.BurstAsync(apps[1], devHost, Number("--payments", 1000), maxWorkItems)}"));
        }
    }

    return;
}

Console.WriteLine(Invariant($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, load {LoadAverage()}, {payments} payments, {rounds} rounds, {configuration}"));
var all = new List<Figures>();
for (var round = 1; round <= rounds; round++)
{
    foreach (var app in apps)
    {
        Console.WriteLine(Invariant($"round {round}: {app.Name}"));
        all.Add(await Round.RunAsync(app, devHost, payments));
    }
}

Report.Print(Console.Out, [.. apps.Select(app => app.Name)], all);
var raw = Path.Combine(bin, "..", "bench", $"{DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.json");
Directory.CreateDirectory(Path.GetDirectoryName(raw)!);
File.WriteAllText(raw, JsonSerializer.Serialize(all));
Console.WriteLine($"Raw numbers: {Path.GetFullPath(raw)}");

static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

int Number(string option, int otherwise) =>
    Array.IndexOf(args, option) is >= 0 and var index && index + 1 < args.Length ? int.Parse(args[index + 1], CultureInfo.InvariantCulture) : otherwise;
