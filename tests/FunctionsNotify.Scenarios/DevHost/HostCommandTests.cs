using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Azure.Storage.Queues;
using FunctionsNotify.Testing;

namespace FunctionsNotify.Scenarios.DevHost;

/// <summary>The real program with the Azurite, the simulator and the function app that it starts itself.</summary>
public sealed class HostCommandTests : IDisposable
{
    private const string Body = """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"own-services"}""";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("functions-notify-data-");

    public void Dispose() => _data.Delete(recursive: true);

    [Theory]
    [InlineData("INT", 2)]
    [InlineData("TERM", 15)]
    public async Task Run_UntilASignal_TellsItsAddressesAndStopsCleanly(string name, int signal)
    {
        using var host = Program.Start(["run", "--data", _data.FullName, "--port", "0"], hears: name);
        await host.ReadyAsync();
        Assert.Equal(host.Line("API: "), Address("api"));
        Assert.Equal($"{host.Line("API: ")}/ui", host.Line("Page: "));
        Assert.Equal(host.Line("Alipay+: simulator "), Address("alipayPlus"));
        Assert.Equal(host.Line("Storage: Azurite "), Address("storage"));
        using (var http = new HttpClient())
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(Address("api") + "/health"))).StatusCode);
        }

        var started = host.Descendants();
        host.Signal(signal);

        Assert.Equal(0, await host.ExitAsync());
        Assert.All(started, id => Assert.False(Program.Runs(id), $"process {id} runs on"));
        Assert.False(File.Exists(Path.Combine(_data.FullName, "addresses.json")));
        Assert.False(File.Exists(Path.Combine(_data.FullName, "azurite", "azurite.pid")));
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task Run_Killed_WhatItStartedEndsAndTheNextStartGoesOn()
    {
        using (var first = Program.Start(["run", "--data", _data.FullName, "--port", "0"]))
        {
            await first.ReadyAsync();
            var storage = first.Line("Storage: Azurite ");
            await new QueueClient(storage, "payment-notifications").SendMessageAsync(Body);
            await Eventually.BecomesTrueAsync(async () => (await Outcomes(storage)).Count == 1, Program.Patience, "the outcome");
            var started = first.Descendants();
            first.Kill();
            await Eventually.BecomesTrueAsync(() => !started.Exists(Program.Runs), Program.Patience, "the end of Azurite and the function app");
        }

        using var second = Program.Start(["run", "--data", _data.FullName, "--port", "0"]);
        await second.ReadyAsync();

        var kept = Assert.Single(await Outcomes(second.Line("Storage: Azurite ")));
        Assert.Contains("\"own-services\"", kept, StringComparison.Ordinal);
        Assert.Contains("\"Delivered\"", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TwoHosts_ShareOneTaskHub()
    {
        using var host = Program.Start(["run", "--data", _data.FullName, "--port", "0", "--hosts", "2"]);
        await host.ReadyAsync();
        await new QueueClient(host.Line("Storage: Azurite "), "payment-notifications").SendMessageAsync(Body);

        var apis = host.Lines("API: ");
        Assert.Equal(2, apis.Distinct().Count());
        using var http = new HttpClient();
        await Eventually.BecomesTrueAsync(
            async () => (await Task.WhenAll(apis.Select(api => http.GetStringAsync(new Uri($"{api}/notifications/own-services"))))).All(view => view.Contains("\"Delivered\"", StringComparison.Ordinal)),
            Program.Patience,
            "both hosts to tell of the delivery");
    }

    [Theory]
    [InlineData("serve", "", 2, "serve: must be run, demo, services or help")]
    [InlineData("run --port 0", "AlipayPlus__ClientId=1", 2, "AlipayPlus__BaseUrl: is missing, but AlipayPlus__ClientId is set; ")]
    [InlineData("run --app /", "", 2, "--app: ")]
    public async Task Start_Impossible_IsOneLineOnStandardError(string line, string setting, int exitCode, string told)
    {
        using var host = Program.Start([.. line.Split(' '), .. line.StartsWith("run", StringComparison.Ordinal) ? ["--data", _data.FullName] : Array.Empty<string>()], setting);
        Assert.Equal(exitCode, await host.ExitAsync());
        Assert.StartsWith(told, Assert.Single(host.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortIsTaken_IsOneLineAndNothingStays()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var host = Program.Start(["run", "--data", _data.FullName, "--port", port.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith("--port: ", Assert.Single(host.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_data.FullName, "azurite", "azurite.pid")));
    }

    [Fact]
    public async Task Start_DataFolderIsInUse_IsOneLine()
    {
        using var held = new FileStream(Path.Combine(_data.FullName, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var host = Program.Start(["run", "--data", _data.FullName]);
        Assert.Equal(1, await host.ExitAsync());
        Assert.StartsWith($"The data folder {_data.FullName} is in use", Assert.Single(host.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_EverySample_EndsAsItHasTo()
    {
        // Settings of a real account in the environment are none of the demo's.
        using var host = Program.Start(["demo", "--speed", "36000"], "AzureWebJobsStorage=UseDevelopmentStorage=true");
        Assert.True(await host.ExitAsync() == 0, host.Output);
        Assert.Contains("10 of 10 samples ended as expected.", host.Output, StringComparison.Ordinal);
        Assert.NotEmpty(host.Lines("Host: the function app with its "));
        Assert.Empty(host.Errors);
    }

    private static async Task<List<string>> Outcomes(string storage) =>
        [.. (await new QueueClient(storage, "payment-notification-outcomes").PeekMessagesAsync(32)).Value.Select(message => message.Body.ToString())];

    private string Address(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_data.FullName, "addresses.json")));
        return json.RootElement.GetProperty(name).GetString()!;
    }

    /// <summary>The development host as a process, without terminal and standard input.</summary>
    private sealed class Program : IDisposable
    {
        private readonly Process _process;
        private readonly List<string> _output = [];
        private readonly List<string> _errors = [];

        private Program(ProcessStartInfo start)
        {
            _process = Process.Start(start)!;
            _process.StandardInput.Close();
            _process.OutputDataReceived += (_, line) => Take(_output, line.Data);
            _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

        public IReadOnlyList<string> Errors => Copy(_errors);

        public string Output => string.Join('\n', Copy(_output).Concat(Copy(_errors)));

        /// <param name="hears">A signal that it must hear though these tests may not: a shell's background jobs ignore INT.</param>
        public static Program Start(string[] arguments, string setting = "", string? hears = null)
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            var program = Path.GetFullPath(Path.Combine(folder.FullName, "..", "..", "FunctionsNotify.DevHost", folder.Name, "FunctionsNotify.DevHost.dll"));
            string[] command = [.. hears is not null && OperatingSystem.IsLinux() ? ["env", $"--default-signal={hears}"] : Array.Empty<string>(), "dotnet", program, .. arguments];
            var start = new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            HostEnvironment.Clear(start.Environment);
            if (setting.Split('=', 2) is [var name, var value])
            {
                start.Environment[name] = value;
            }

            return new Program(start);
        }

        /// <summary>False also for a process that ended and that nobody reaps, as in many containers.</summary>
        public static bool Runs(int id)
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/cmdline").Length > 0;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        public Task ReadyAsync() => Eventually.BecomesTrueAsync(
            () => _process.HasExited ? throw new InvalidOperationException($"It ended: {Output}") : Lines("Ready").Count == 1, Patience, "the host to be ready");

        public string Line(string start) => Assert.Single(Lines(start));

        public IReadOnlyList<string> Lines(string start) =>
            [.. Copy(_output).Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..])];

        /// <summary>Everything that it has started; only Linux tells it without a tool.</summary>
        public List<int> Descendants() => OperatingSystem.IsLinux() ? [.. Children(_process.Id)] : [];

        public void Signal(int signal) => Assert.Equal(0, HostProcess.Signal(_process.Id, signal));

        public void Kill() => _process.Kill();

        public async Task<int> ExitAsync()
        {
            using var deadline = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
                return _process.ExitCode;
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"It did not end within {Patience.TotalSeconds:0} s: {Output}");
            }
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }

            _process.Dispose();
        }

        private static IEnumerable<int> Children(int id) => Directory.EnumerateDirectories($"/proc/{id}/task")
            .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture))
            .SelectMany(child => Children(child).Prepend(child));

        private static List<string> Copy(List<string> lines)
        {
            lock (lines)
            {
                return [.. lines];
            }
        }

        private static void Take(List<string> lines, string? line)
        {
            if (line is not null)
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            }
        }
    }
}
