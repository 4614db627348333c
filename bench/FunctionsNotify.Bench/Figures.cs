using System.Globalization;

namespace FunctionsNotify.Bench;

/// <summary>One figure over the rounds of a run.</summary>
internal sealed class Figures
{
    private readonly List<double> _values = [];

    public bool IsEmpty => _values.Count == 0;

    public double Median => Percentile(_values, 0.5);

    public void Add(double value) => _values.Add(value);

    /// <summary><c>min / median / max</c>.</summary>
    public string Text(string format) => IsEmpty
        ? "–"
        : string.Join(" / ", new[] { _values.Min(), Median, _values.Max() }.Select(value => value.ToString(format, CultureInfo.InvariantCulture)));

    /// <summary>The nearest-rank percentile; the median of an even number is the mean of the middle two.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }

        var sorted = values.Order().ToArray();
        return share == 0.5 && sorted.Length % 2 == 0
            ? (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2
            : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
