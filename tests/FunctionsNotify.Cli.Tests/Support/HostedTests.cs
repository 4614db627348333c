using System.Diagnostics.CodeAnalysis;

namespace FunctionsNotify.Cli.Tests;

/// <summary>Tests on a real local host, which each test has for itself.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls the asynchronous disposal.")]
public abstract class HostedTests : IAsyncLifetime
{
    private readonly string[]? _retryDelays;

    private protected HostedTests(string connection, string[]? retryDelays)
    {
        _retryDelays = retryDelays;
        Host = new HostUnderTest(connection);
    }

    private protected HostUnderTest Host { get; }

    /// <summary>Starts the host, or only makes the queue where no retry schedule is given.</summary>
    public Task InitializeAsync() => _retryDelays is null ? Host.Queue.CreateIfNotExistsAsync() : Host.StartAsync(_retryDelays);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
