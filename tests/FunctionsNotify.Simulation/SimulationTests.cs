using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace FunctionsNotify.Simulation;

// NOTIFY_SIM_SEED=N tells one story again; NOTIFY_SOAK=1 runs 10,000 simulated days.
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int SoakDays = 10_000;

    // How many seeds a defect that is put back may take: fewer than the default run has on two cores.
    private const int SeedsForADefect = 150;

    private static readonly TimeSpan _default = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_SameSeed_TellsTheSameStory(int seed)
    {
        var once = Simulation.OnDeepStack(() => Simulation.Run(seed, keepsStory: true));
        var again = Simulation.OnDeepStack(() => Simulation.Run(seed, keepsStory: true));

        Assert.True(once.Story.Count > 100, $"The story has {once.Story.Count} lines.");
        Assert.Equal(once.Story, again.Story);
        Assert.Equal(once.StoryHash, again.StoryHash);
    }

    [Fact]
    public void Run_EverySeedOfItsTime_BreaksNothing()
    {
        var only = Number("NOTIFY_SIM_SEED");
        var isSoak = only is null && Environment.GetEnvironmentVariable("NOTIFY_SOAK") == "1";
        var (first, last) = only is { } seed ? (seed, seed) : (1, isSoak ? (SoakDays + Simulation.Days - 1) / Simulation.Days : int.MaxValue);

        var runs = RunAll(first, last, isSoak || only is not null ? Timeout.InfiniteTimeSpan : _default);

        Report(Summary(runs));
        var broken = runs.Where(run => run.Broken is not null).OrderBy(run => run.Seed).ToList();
        Assert.True(broken.Count == 0, broken.Count == 0 ? string.Empty : $"{broken.Count} of {runs.Count} seeds ({string.Join(", ", broken.Take(20).Select(run => run.Seed))}).\n{Again(broken[0].Seed).Tell()}");
    }

    [Theory]
    [InlineData(Defect.PrefixIds)]
    [InlineData(Defect.CompletedIsInHand)]
    [InlineData(Defect.DrainOrphans)]
    [InlineData(Defect.NoETag)]
    [InlineData(Defect.NoClaim)]
    [InlineData(Defect.OutcomeFirst)]
    public void Run_DefectPutBack_IsFound(Defect defect)
    {
        for (var seed = 1; seed <= SeedsForADefect; seed++)
        {
            if (Simulation.OnDeepStack(() => Simulation.Run(seed, defect)) is { Broken: { } broken })
            {
                output.WriteLine($"{defect}: seed {seed}: {broken.Rule}: {broken.Detail}");
                return;
            }
        }

        Assert.Fail($"{defect} was not found by {SeedsForADefect} seeds.");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Simulation Again(int seed) => Simulation.OnDeepStack(() => Simulation.Run(seed, keepsStory: true));

    // As many worlds at a time as there are cores; each is on one thread.
    private static List<Simulation> RunAll(int first, int last, TimeSpan time)
    {
        var runs = new ConcurrentBag<Simulation>();
        var watch = Stopwatch.StartNew();
        var (next, told) = (first - 1, 0);
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(() => Simulation.OnDeepStack(() =>
        {
            while ((time == Timeout.InfiniteTimeSpan || watch.Elapsed < time) && Interlocked.Increment(ref next) is var seed && seed <= last)
            {
                runs.Add(RunOne(seed));
                // A soak takes hours.
                if ((int)watch.Elapsed.TotalMinutes is var minute && Interlocked.Exchange(ref told, minute) != minute)
                {
                    Write(Summary([.. runs]));
                }
            }

            return 0;
        }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(workers);
        return [.. runs];
    }

    // A run that itself fails is told as any other that breaks something.
    private static Simulation RunOne(int seed)
    {
        try
        {
            return Simulation.Run(seed);
        }
        catch (Exception fault)
        {
            return new Simulation(seed, ("the run itself holds", $"{fault.GetType().Name}: {fault.Message}"), 0, new Dictionary<string, int>(), 0, 0, 0, []);
        }
    }

    private void Report(string summary)
    {
        output.WriteLine(summary);
        Write(summary);
    }

    // Where who reads the log of a run that passed finds it: artifacts/simulation.txt.
    private static void Write(string summary) => File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "simulation.txt"), summary + Environment.NewLine);

    private static string Summary(List<Simulation> runs) => string.Create(
        CultureInfo.InvariantCulture,
        $"{runs.Count} seeds, {runs.Count * Simulation.Days} simulated days: {runs.Sum(run => run.Deliveries)} deliveries, {runs.Sum(run => run.Attempts)} sends, {runs.Sum(run => run.Outcomes)} outcomes, {runs.Count(run => run.Broken is not null)} seeds broken ({string.Join(", ", runs.Where(run => run.Broken is not null).Select(run => run.Seed).Order().Take(20))}). Faults: {string.Join(", ", runs.SelectMany(run => run.Faults).GroupBy(fault => fault.Key, fault => fault.Value).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Key} {kind.Sum()}"))}.");
}
