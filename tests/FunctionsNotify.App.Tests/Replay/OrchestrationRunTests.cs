using Microsoft.DurableTask;

namespace FunctionsNotify.App.Tests.Replay;

// The harness judges the orchestrator, so it has to find what it is there to find.
public sealed class OrchestrationRunTests
{
    // Not a constant: the analyzer looks for a function of the name, and there is none.
    private static readonly TaskName Activity = new("A");

    private static readonly World Quiet = new() { Activity = _ => ActivityEnd.Done("done") };

    [Fact]
    public void Run_OfADeterministicOrchestrator_GivesItsOutputAndActions()
    {
        var run = OrchestrationRun<string>.ToItsEnd(
            async context =>
            {
                var first = await context.CallActivityAsync<string>(Activity, context.GetInput<string>());
                await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(5), CancellationToken.None);
                return first + await context.WaitForExternalEvent<string>("e");
            },
            "i",
            "input",
            new World { Activity = call => ActivityEnd.Done(call.Input), Events = [(TimeSpan.FromSeconds(1), "e", "\"!\"")] });

        Assert.Equal("\"input\"!", run.Output);
        Assert.Equal([ActionKind.Activity, ActionKind.Timer], run.Actions.Select(action => action.Kind));
        Assert.Equal(World.Start + TimeSpan.FromMilliseconds(5020), run.EndedAt);
    }

    [Fact]
    public void Run_OfAnOrchestratorThatReplaysDifferently_Fails()
    {
        var runs = 0;

        Assert.ThrowsAny<Exception>(() => OrchestrationRun<string>.ToItsEnd(
            async context => await context.CallActivityAsync<string>(Activity, runs++),
            "i",
            null,
            Quiet));
    }

    [Fact]
    public void Run_OfAnOrchestratorThatAwaitsAForeignTask_Fails() => Assert.ThrowsAny<Exception>(() => OrchestrationRun<string>.ToItsEnd(
        async context =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5));
            return await context.CallActivityAsync<string>(Activity);
        },
        "i",
        null,
        Quiet));

    [Fact]
    public void Run_OfAnOrchestratorThatLeavesATimerOpen_Fails() => Assert.ThrowsAny<Exception>(() => OrchestrationRun<string>.ToItsEnd(
        async context =>
        {
            _ = context.CreateTimer(context.CurrentUtcDateTime.AddHours(1), CancellationToken.None);
            return await context.CallActivityAsync<string>(Activity);
        },
        "i",
        null,
        Quiet));

    [Fact]
    public void Run_OfAnActivityUnderARetryPolicy_WaitsLongerEachTimeUpToTheMost()
    {
        var run = OrchestrationRun<string>.ToItsEnd(
            context => context.CallActivityAsync<string>(Activity, null, TaskOptions.FromRetryPolicy(new RetryPolicy(10, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(3)))),
            "i",
            null,
            new World { Activity = call => call.Number < 4 ? ActivityEnd.Failed(duration: TimeSpan.Zero) : ActivityEnd.Done("done", TimeSpan.Zero) });

        Assert.Equal([1.0, 2.0, 3.0], run.Actions.Where(action => action.Kind == ActionKind.Timer).Select(timer => (timer.FireAt!.Value - run.ScheduledAt(timer)).TotalSeconds));
        Assert.Equal("done", run.Output);
    }
}
