using System.Globalization;
using System.Text.Json;
using FunctionsNotify.Bench;

// Usage: FunctionsNotify.Bench [--payments N] [--rounds N]: the function app and a bare Durable app in turn, the same host;
// or with a word before them:
// burst: many payments at once, with admission and without in turn;
// settings [--only TEXT]: ours under one variant of the settings after the other, or only those whose name contains TEXT;
// scale: beside 1,000 and 100,000 deliveries that wait, --payments of them real; hosts: 1, 2 and 4 hosts on one task hub.
var payments = Number("--payments", args is ["burst", ..] ? 1000 : 200);
var rounds = Number("--rounds", args is ["settings" or "hosts", ..] ? 1 : 3);
var bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
var devHost = Path.Combine(bin, "FunctionsNotify.DevHost", configuration, "FunctionsNotify.DevHost.dll");
App[] apps =
[
    new("bare", Path.Combine(bin, "FunctionsNotify.BareApp", configuration), IsOurs: false),
    new("ours", Path.Combine(bin, "FunctionsNotify.App", configuration), IsOurs: true),
];

Console.WriteLine(Invariant($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, load {LoadAverage()}, {payments} payments, {rounds} rounds, {configuration}, Maintain off"));
switch (args)
{
    case ["burst", ..]:
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (name, settings) in new (string, Dictionary<string, string>)[] { ("with admission", []), ("without", new() { ["Overload__MaxWorkItems"] = "100000" }) })
            {
                Console.WriteLine(Invariant($"round {round}, {name}: {await Round.BurstAsync(apps[1], devHost, payments, settings)}"));
            }
        }

        return;

    case ["settings", ..]:
        Save(await Settings.RunAsync(apps[1], devHost, payments, rounds, Text("--only") ?? ""));
        return;

    case ["scale", ..]:
        await Scale.RunAsync(apps[1], devHost, payments);
        return;

    case ["hosts", ..]:
        await Hosts.RunAsync(apps[1], devHost, payments, rounds);
        return;
}

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
Save(all);

void Save<T>(T figures)
{
    var raw = Path.GetFullPath(Path.Combine(bin, "..", "bench", $"{DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.json"));
    Directory.CreateDirectory(Path.GetDirectoryName(raw)!);
    File.WriteAllText(raw, JsonSerializer.Serialize(figures));
    Console.WriteLine($"Raw numbers: {raw}");
}

static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

int Number(string option, int otherwise) => Text(option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

string? Text(string option) => Array.IndexOf(args, option) is >= 0 and var index && index + 1 < args.Length ? args[index + 1] : null;
