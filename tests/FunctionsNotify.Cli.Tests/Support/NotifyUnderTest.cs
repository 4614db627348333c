using System.Text.Json;

namespace FunctionsNotify.Cli.Tests;

/// <summary>Runs the program in this process, with a console and an environment of its own.</summary>
internal sealed class NotifyUnderTest
{
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public byte[] Input { get; set; } = [];

    public Queue<string?>? Answers { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public Func<Azure.Core.TokenCredential>? Identity { get; set; }

    public async Task<Ending> RunAsync(params string[] args) => await RunAsync(CancellationToken.None, args);

    public async Task<Ending> RunAsync(CancellationToken stop, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CliHost
        {
            Out = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            OpenInput = () => new MemoryStream(Input),
            Variable = name => Environment.GetValueOrDefault(name),
            User = "tester",
            ReadAnswer = Answers is null ? null : Answers.Dequeue,
            Time = Time,
        };
        if (Identity is not null)
        {
            host = host with { Identity = Identity };
        }

        var code = await NotifyProgram.RunAsync(args, host, stop);
        return new Ending(code, output.ToString(), error.ToString());
    }
}

/// <summary>How a run ended.</summary>
internal sealed record Ending(int Code, string Out, string Error)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Out);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Asserts the exit code and shows everything when it is another one.</summary>
    public Ending EndsWith(int code)
    {
        Assert.True(Code == code, $"exit code {Code}, expected {code}\n--- out\n{Out}\n--- error\n{Error}");
        return this;
    }
}
