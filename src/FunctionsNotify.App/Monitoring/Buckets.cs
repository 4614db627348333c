using System.Diagnostics.Metrics;

namespace FunctionsNotify.App;

// The buckets of the histograms, in seconds: the platform's defaults are made for milliseconds.
internal static class Buckets
{
    public static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400],
    };
}
