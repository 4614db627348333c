using System.Globalization;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;

namespace FunctionsNotify.LocalHost;

/// <summary>The command line of <c>quarantine</c>.</summary>
internal sealed record QuarantineArguments
{
    public const string Help =
        """
        FunctionsNotify local host: messages that could not become a delivery (docs/quarantine.md).

          quarantine list                 newest first
            --state S --status S          only Invalid or Conflict; only Waiting, Requeuing, Requeued or Discarded
            --payment ID                  only one payment's
            --max N --continue TOKEN      so many on a page; the page after the one that gave the token
          quarantine show ID              one record with every reason
            --with-body                   and the notification itself: it is a payment's data
            --save-body FILE              and write the notification to a file, to correct it
          quarantine requeue ID           put the message back on the queue, as it is
            --reason TEXT                 why; it stands on the record
            --body FILE                   the corrected notification instead
            --force                       although the record is old, or the message is refused as it is, or for another payment
          quarantine discard ID           it needs nothing more; the record stays
            --reason TEXT                 why; it stands on the record

          --actor NAME   who asks (default the signed-in user)
          --data DIR     the Azurite of the local host that runs on this folder

        Without --data it works on AzureWebJobsStorage, with Queues__Notifications and Storage__QuarantineContainer as the
        app has them, or without that setting on the local host that runs on the default folder.
        Exit code: 0 done, 1 not done, 2 the command line or a setting is wrong.
        """;

    private const string List = "list";
    private const string Show = "show";
    private const string Requeue = "requeue";
    private const string Discard = "discard";

    private static readonly string[] _switches = ["--with-body", "--force"];

    private static readonly Dictionary<string, string[]> _flags = new(StringComparer.Ordinal)
    {
        [List] = ["--state", "--status", "--payment", "--max", "--continue", "--data"],
        [Show] = ["--with-body", "--save-body", "--data"],
        [Requeue] = ["--reason", "--body", "--force", "--actor", "--data"],
        [Discard] = ["--reason", "--actor", "--data"],
    };

    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <summary><c>list</c>, <c>show</c>, <c>requeue</c>, <c>discard</c> or <c>help</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The record's id; empty for a list.</summary>
    public string Id { get; private set; } = string.Empty;

    public QuarantineFilter Filter { get; private set; } = new();

    public int Max { get; private set; } = QuarantineOperations.DefaultPage;

    public string? Continuation => _given.GetValueOrDefault("--continue");

    public string? Data => _given.GetValueOrDefault("--data");

    public string? BodyFile => _given.GetValueOrDefault("--body");

    public string? SaveBodyFile => _given.GetValueOrDefault("--save-body");

    public bool WithBody => _given.ContainsKey("--with-body");

    public bool Force => _given.ContainsKey("--force");

    public OperatorStatement By => new(_given.GetValueOrDefault("--actor", Environment.UserName), _given.GetValueOrDefault("--reason"));

    /// <summary>Reads what follows the word <c>quarantine</c>.</summary>
    /// <exception cref="ConfigurationException">It cannot be understood.</exception>
    public static QuarantineArguments Read(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args.Contains("--help") || args[0] == "help")
        {
            return new QuarantineArguments { Action = "help" };
        }

        if (!_flags.TryGetValue(args[0], out var allowed))
        {
            throw new ConfigurationException([$"quarantine: must be followed by {string.Join(", ", _flags.Keys)} or help"]);
        }

        var read = new QuarantineArguments { Action = args[0] };
        var problems = new List<string>();
        read.Take(args, allowed, problems);
        read.Judge(problems);
        return problems.Count == 0 ? read : throw new ConfigurationException(problems);
    }

    private void Take(IReadOnlyList<string> args, string[] allowed, List<string> problems)
    {
        for (var next = 1; next < args.Count; next++)
        {
            if (!args[next].StartsWith("--", StringComparison.Ordinal))
            {
                if (Action == List || Id.Length > 0)
                {
                    problems.Add($"argument {next + 1}: is one too many");
                }

                Id = args[next];
                continue;
            }

            var (name, value) = args[next].Split('=', 2) is [var left, var right] ? (left, right) : (args[next], null);
            if (!allowed.Contains(name))
            {
                problems.Add($"argument {next + 1}: is none of {string.Join(", ", allowed)}");
            }
            else if (_switches.Contains(name))
            {
                _given[name] = string.Empty;
            }
            else if (value is null && ++next == args.Count)
            {
                problems.Add($"{name}: needs a value");
            }
            else
            {
                _given[name] = value ?? args[next];
            }
        }
    }

    private void Judge(List<string> problems)
    {
        if (Action != List && Id.Length == 0)
        {
            problems.Add("ID: is required, as list shows it");
        }

        if (Action is Requeue or Discard && string.IsNullOrWhiteSpace(By.Reason) && !problems.Contains("--reason: needs a value"))
        {
            problems.Add("--reason: is required");
        }

        if (_given.GetValueOrDefault("--max") is { } text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var max) && max is >= 1 and <= QuarantineOperations.MaxPage)
            {
                Max = max;
            }
            else
            {
                problems.Add($"--max: must be a whole number from 1 to {QuarantineOperations.MaxPage}");
            }
        }

        Filter = new QuarantineFilter(Name<MessageState>("--state", problems), Name<QuarantineStatus>("--status", problems), _given.GetValueOrDefault("--payment"));
    }

    // Not the platform's parser alone: it takes numbers too.
    private TEnum? Name<TEnum>(string flag, List<string> problems)
        where TEnum : struct, Enum
    {
        if (_given.GetValueOrDefault(flag) is not { } text)
        {
            return null;
        }

        if (Array.Find(Enum.GetNames<TEnum>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return Enum.Parse<TEnum>(found);
        }

        problems.Add($"{flag}: must be one of {string.Join(", ", Enum.GetNames<TEnum>())}");
        return null;
    }
}
