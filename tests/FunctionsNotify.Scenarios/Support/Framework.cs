using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("FunctionsNotify.Scenarios.ScenarioFramework", "FunctionsNotify.Scenarios")]
// Scenarios mostly wait, so several classes run at once; more than these and two cores answer too late for what is measured.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
[assembly: TestCollectionOrderer("FunctionsNotify.Scenarios.LongestFirst", "FunctionsNotify.Scenarios")]

namespace FunctionsNotify.Scenarios;

/// <summary>xunit 2 without change, but for one thing that it lacks: what all classes share is ended after the last one.</summary>
public sealed class ScenarioFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assemblyName, ISourceInformationProvider sources, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assemblyName, sources, diagnostics)
    {
        protected override async void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            using var runner = new Runner(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class Runner(
        ITestAssembly assembly, IEnumerable<IXunitTestCase> testCases, IMessageSink diagnostics, IMessageSink execution, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, testCases, diagnostics, execution, options)
    {
        // Two minutes that the others need anyway.
        protected override Task AfterTestAssemblyStartingAsync()
        {
            if (!ScenarioSettings.IsExternal && TestCases.Any(test => test.TestMethod.TestClass.Class.Name == typeof(OwnsProcess.IdleScenarios).FullName))
            {
                Suite.BeginToIdle();
            }

            return base.AfterTestAssemblyStartingAsync();
        }

        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            await Aggregator.RunAsync(Suite.StopAsync);
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }
}

/// <summary>What takes minutes begins first, else the last of it runs alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(OwnsProcess.KillStormScenarios), nameof(OwnsProcess.KillScenarios), nameof(OwnsProcess.TwoHostsScenarios), nameof(OwnsProcess.StartScenarios),
        nameof(AnyHost.ExhaustedScenarios), nameof(AnyHost.SetupNeverMendedScenarios), nameof(AnyHost.NoResultScenarios), nameof(AnyHost.RedeliveryScenarios),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => !Long.Any(name => collection.DisplayName.EndsWith($".{name}", StringComparison.Ordinal)));
}

/// <summary>
/// What is measured in seconds runs when every other scenario has ended: the machine is not busy with them, and an idle
/// host is really idle.
/// </summary>
[CollectionDefinition(nameof(QuietHost), DisableParallelization = true)]
public sealed class QuietHost;

/// <summary>A scenario that starts and kills processes of its own; skipped, and reported so, on an external host.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OwnsProcessFactAttribute : FactAttribute
{
    internal const string Reason = "owns-process: NOTIFY_HOST is external";

    public OwnsProcessFactAttribute() => Skip = ScenarioSettings.IsExternal ? Reason : null;
}

/// <summary>See <see cref="OwnsProcessFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OwnsProcessTheoryAttribute : TheoryAttribute
{
    public OwnsProcessTheoryAttribute() => Skip = ScenarioSettings.IsExternal ? OwnsProcessFactAttribute.Reason : null;
}

/// <summary>A scenario that takes many minutes; runs with NOTIFY_SOAK=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SoakFactAttribute : FactAttribute
{
    public SoakFactAttribute() => Skip = ScenarioSettings.IsExternal
        ? OwnsProcessFactAttribute.Reason
        : ScenarioSettings.IsSoak ? null : "slow: runs with NOTIFY_SOAK=1";
}

/// <summary>A scenario that only reports, on an external host.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExternalHostFactAttribute : FactAttribute
{
    public ExternalHostFactAttribute() => Skip = ScenarioSettings.IsExternal ? null : "reports on an external host; here IdleScenarios asserts it";
}

/// <summary>Scenarios of the host that all share.</summary>
[Trait("Category", "any-host")]
public abstract class SharedHostScenarios : IAsyncLifetime
{
    private protected HostUnderTest Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await Suite.HostAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
