using System.CommandLine;
using FunctionsNotify.Operations;

namespace FunctionsNotify.Cli;

/// <summary>Who makes a change, and why: both go into the audit log.</summary>
internal sealed class StatementOptions
{
    public Option<string?> Actor { get; } = new("--actor")
    {
        Description = $"Who asks, at most {OperatorStatement.MaxActorLength} characters; default the signed-in user.",
        HelpName = "NAME",
    };

    public Option<string?> Reason { get; } = new("--reason")
    {
        Description = $"Why, at most {OperatorStatement.MaxReasonLength} characters; required, asked for on a terminal.",
        HelpName = "TEXT",
    };

    public void AddTo(Command command)
    {
        command.Add(Actor);
        command.Add(Reason);
    }

    /// <summary>The body of a change, with actor and reason.</summary>
    /// <exception cref="CliFault">One of them breaks its rule, or nobody can be asked for the reason.</exception>
    public CallBody Read(Session session)
    {
        var actor = session.Get(Actor) is { } given ? Judge("--actor", given, OperatorStatement.MaxActorLength)
            : session.IsSignedIn ? null
            : SignedInUser(session.Host.User);
        return new CallBody
        {
            Actor = actor,
            Reason = Judge("--reason", session.Get(Reason) ?? Ask(session), OperatorStatement.MaxReasonLength),
        };
    }

    private static string Ask(Session session)
    {
        if (session.Host.ReadAnswer is not { } read)
        {
            throw CliFault.Usage("--reason: is required");
        }

        session.Host.Error.Write("Reason: ");
        return read() ?? string.Empty;
    }

    private static string Judge(string option, string text, int maxLength) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength && !text.Any(char.IsControl)
            ? text
            : throw CliFault.Usage($"{option}: must be 1 to {maxLength} characters without control characters, has {text.Length}");

    // A system may know a user by a longer name than the record keeps.
    private static string SignedInUser(string user)
    {
        var clean = string.Concat(user.Where(character => !char.IsControl(character)));
        return clean.Length == 0 ? "unknown" : clean[..Math.Min(clean.Length, OperatorStatement.MaxActorLength)];
    }
}
