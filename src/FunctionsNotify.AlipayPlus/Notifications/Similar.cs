namespace FunctionsNotify.AlipayPlus;

/// <summary>Finds what a person may have meant by a misspelt name.</summary>
public static class Similar
{
    /// <summary>The name that is at most a quarter of its letters away from the given one, the nearest first; null when there is none, or the given one is known.</summary>
    /// <param name="given">The name as it was written.</param>
    /// <param name="known">The names that there are.</param>
    public static string? To(string given, IEnumerable<string> known) => known
        .Select(name => (Name: name, Distance: Distance(given, name)))
        .Where(each => each.Distance <= Math.Max(1, each.Name.Length / 4))
        .OrderBy(each => each.Distance)
        .Select(each => each.Distance == 0 ? null : each.Name)
        .FirstOrDefault();

    // How many letters are to be changed, added, left out or swapped with their neighbour.
    private static int Distance(string from, string to)
    {
        if (Math.Abs(from.Length - to.Length) > Math.Max(from.Length, to.Length) / 2)
        {
            return int.MaxValue;
        }

        var steps = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                steps[i, j] = (i, j) switch
                {
                    (0, _) or (_, 0) => i + j,
                    _ => Math.Min(Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1, steps[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
                }
            }
        }

        return steps[from.Length, to.Length];
    }
}
