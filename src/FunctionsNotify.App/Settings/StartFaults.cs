using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Says in one line each what keeps the app from starting, where a person can mend it.
internal static class StartFaults
{
    // One line per wrong setting or unreachable resource; empty when the exception is none of these.
    public static IReadOnlyList<string> Of(Exception exception) => exception switch
    {
        OptionsValidationException validation => [.. validation.Failures],
        StartException start => [start.Message],
        // Several kinds of settings can be wrong at once. One fault of another kind makes the whole a stack trace.
        AggregateException { InnerExceptions.Count: > 0 } several when several.InnerExceptions.Select(Of).ToList() is var lines
            && lines.TrueForAll(found => found.Count > 0) => [.. lines.SelectMany(found => found).Distinct()],
        _ => [],
    };
}

// Something that the app needs is not there; the message says what, without secrets.
#pragma warning disable CA1032 // Nobody else throws it.
internal sealed class StartException(string message, Exception inner) : Exception(message, inner);
#pragma warning restore CA1032
