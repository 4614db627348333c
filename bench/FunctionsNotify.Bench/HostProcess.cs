using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace FunctionsNotify.Bench;

/// <summary>The other side of <see cref="HostWorker"/>.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();

    private HostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text && text.StartsWith(HostWorker.AnswerMark, StringComparison.Ordinal))
            {
                _answers.Writer.TryWrite(text[HostWorker.AnswerMark.Length..]);
            }
            else if (line.Data is { Length: > 0 } other)
            {
                Console.Error.WriteLine(other);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public TimeSpan Processor => ProcessorTime.Of(_process.Id);

    public static async Task<HostProcess> StartAsync(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HostProcess).Assembly.Location, HostWorker.Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var host = new HostProcess(Process.Start(start) ?? throw new InvalidOperationException("The local host did not start."));
        await host.AnswerAsync();
        return host;
    }

    public async Task PauseAsync() => await AskAsync("pause");

    public async Task ResumeAsync() => await AskAsync("resume");

    public async Task<long> RequestsAsync(int port) =>
        long.Parse(await AskAsync(port.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> AskAsync(string word)
    {
        await _process.StandardInput.WriteLineAsync(word);
        return await AnswerAsync();
    }

    private async Task<string> AnswerAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _answers.Reader.ReadAsync(deadline.Token);
    }
}
