using System.Globalization;

namespace FunctionsNotify.Bench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        Usage: ./eng/bench.sh [--payments N] [--rounds N] [--only PART]
          --payments N   payments of each measurement (default 1500)
          --rounds N     alternating rounds (default 3)
          --only PART    engine, queue or status: leave the others out
        """;

    public int Payments { get; init; } = 1500;

    public int Rounds { get; init; } = 3;

    public string? Only { get; init; }

    public bool WithEngine => Only is null or "engine";

    public bool WithQueue => Only is null or "queue";

    public bool WithStatus => Only is null or "status";

    /// <summary>Null when an argument is wrong.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var index = 0; index < args.Length; index += 2)
        {
            if (index + 1 == args.Length)
            {
                return null;
            }

            var isNumber = int.TryParse(args[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1;
            switch (args[index])
            {
                case "--payments" when isNumber:
                    options = options with { Payments = number };
                    break;
                case "--rounds" when isNumber:
                    options = options with { Rounds = number };
                    break;
                case "--only" when args[index + 1] is "engine" or "queue" or "status":
                    options = options with { Only = args[index + 1] };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
