using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace FunctionsNotify.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Run_SameSeed_TellsTheSameStory()
    {
        var once = Simulation.OnDeepStack(() => Simulation.Run(1, keepsStory: true));
        var again = Simulation.OnDeepStack(() => Simulation.Run(1, keepsStory: true));

        Assert.Equal(once.Story, again.Story);
    }

    [Fact]
    public void Scratch()
    {
        for (var seed = 1; seed <= int.Parse(Environment.GetEnvironmentVariable("N") ?? "3", CultureInfo.InvariantCulture); seed++)
        {
            var watch = Stopwatch.StartNew();
            var run = Simulation.OnDeepStack(() => Simulation.Run(seed, keepsStory: true));
            output.WriteLine($"{seed}: {watch.ElapsedMilliseconds} ms, {run.Deliveries} deliveries {run.Attempts} attempts {run.Outcomes} outcomes {run.Story.Count} lines {string.Join(", ", run.Faults)}");
            File.WriteAllLines($"/tmp/story-{seed}.txt", run.Story);
            if (run.Broken is not null)
            {
                output.WriteLine(run.Tell());
            }
        }
    }
}
