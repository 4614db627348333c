using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// The queue settings of the Functions host: <c>extensions.queues</c> of <c>host.json</c>, each overridable by that host's
/// own environment name <c>AzureFunctionsJobHost__extensions__queues__…</c>. The defaults are that host's.
/// </summary>
internal sealed record QueueSettings
{
    /// <summary>The most messages that a storage queue hands out at once.</summary>
    public const int MaxBatchSize = 32;

    private const string Section = "extensions:queues:";
    private const string OverridePrefix = "AzureFunctionsJobHost:";

    /// <summary>How many messages are asked for at once.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>A message that could not be taken in this many times is poison.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>How long a message that could not be taken in stays invisible.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>The longest pause between two looks into an empty queue.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Reads the settings.</summary>
    /// <param name="hostJson"><c>host.json</c>.</param>
    /// <param name="configuration">The environment's settings.</param>
    /// <param name="problems">Takes one line for each wrong setting.</param>
    public static QueueSettings Read(IConfiguration hostJson, IConfiguration configuration, ICollection<string> problems)
    {
        var defaults = new QueueSettings();
        string? Find(string name) => configuration[OverridePrefix + Section + name] ?? hostJson[Section + name];

        int Number(string name, int otherwise, int least, int most)
        {
            if (Find(name) is not { } text)
            {
                return otherwise;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            problems.Add($"{NameOf(name)}: must be a whole number from {least} to {most}, is {Shape(text)}");
            return otherwise;
        }

        TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan least, TimeSpan most)
        {
            if (Find(name) is not { } text)
            {
                return otherwise;
            }

            if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration >= least && duration <= most)
            {
                return duration;
            }

            problems.Add($"{NameOf(name)}: must be a time span from {least:c} to {most:c}, is {Shape(text)}");
            return otherwise;
        }

        if (Find("messageEncoding") is { } encoding && !encoding.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"{NameOf("messageEncoding")}: must be none, because the codec reads raw and base64 messages itself; is {Shape(encoding)}");
        }

        return new QueueSettings
        {
            BatchSize = Number("batchSize", defaults.BatchSize, 1, MaxBatchSize),
            MaxDequeueCount = Number("maxDequeueCount", defaults.MaxDequeueCount, 1, int.MaxValue),
            VisibilityTimeout = Duration("visibilityTimeout", defaults.VisibilityTimeout, TimeSpan.Zero, TimeSpan.FromDays(7)),
            MaxPollingInterval = Duration("maxPollingInterval", defaults.MaxPollingInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        };
    }

    private static string NameOf(string name) => $"extensions.queues.{name} in host.json, or AzureFunctionsJobHost__extensions__queues__{name}";

    private static string Shape(string text) => $"a text of {text.Length} characters";
}
