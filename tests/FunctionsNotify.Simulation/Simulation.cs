using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Simulation;

// One run from one seed: two days in which everything goes wrong, and a day after which nothing may be left.
internal sealed record Simulation(int Seed, (string Rule, string Detail)? Broken, ulong StoryHash, IReadOnlyDictionary<string, int> Faults, int Deliveries, int Attempts, int Outcomes, IReadOnlyList<string> Story)
{
    public const int Days = 3;

    // A payment, or a message.
    private static readonly Regex _payment = new(@"\bP[0-9]+\b|\b[0-9a-f]{8}(-0000){3}-0{12}\b", RegexOptions.CultureInvariant);
    private static readonly Regex _machine = new(@"process [0-9]+('s clock is set.*| starts| stops| dies)$", RegexOptions.CultureInvariant);

    private const int StackBytes = 256 * 1024 * 1024;

    private static readonly TimeSpan _payments = TimeSpan.FromHours(36);

    // What an operator does about the last fault is done within a few hours.
    private static readonly TimeSpan _last = TimeSpan.FromHours(4);

    public static Simulation Run(int seed, Defect defect = Defect.None, bool keepsStory = false)
    {
        using var world = new World(seed, defect, keepsStory);
        world.People.Begin(_payments, world.Loop.Random.Next(5, 50));
        world.Loop.RunUntil(World.Start + TimeSpan.FromDays(Days) + _last, () => world.Oracle.Broken is not null);
        if (world.Oracle.Broken is null)
        {
            world.Oracle.Judge();
        }

        return new Simulation(seed, world.Oracle.Broken, world.Loop.StoryHash, world.Weather.Faults, world.Oracle.Deliveries, world.Oracle.Attempts, world.Oracle.Outcomes, world.Loop.StoryLines);
    }

    // What awaits goes on inside what it waited for, so a run has a deep stack of its own.
    public static T OnDeepStack<T>(Func<T> run)
    {
        T? result = default;
        Exception? fault = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = run();
                }
                catch (Exception exception)
                {
                    fault = exception;
                }
            },
            StackBytes);
        thread.Start();
        thread.Join();
        return fault is null ? result! : throw new InvalidOperationException($"The run itself failed: {fault}", fault);
    }

    // The seed, what was broken, and the lines of the story that name what it is about.
    public string Tell()
    {
        var about = _payment.Matches(Broken!.Value.Detail).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var lines = Story.Where(line => about.Count == 0 || _payment.Matches(line).Any(match => about.Contains(match.Value)) || _machine.IsMatch(line)).TakeLast(120);
        return string.Create(CultureInfo.InvariantCulture, $"Seed {Seed}: {Broken.Value.Rule}: {Broken.Value.Detail}\nNOTIFY_SIM_SEED={Seed} tells it again.\n{string.Join('\n', lines)}");
    }
}
