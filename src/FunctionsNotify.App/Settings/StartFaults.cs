using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// Says in one line each what keeps the app from starting, where a person can mend it.
internal static class StartFaults
{
    public static IReadOnlyList<string> Of(Exception exception) => exception switch
    {
        OptionsValidationException validation => [.. validation.Failures],
        StorageUnavailableException unavailable => [unavailable.Message],
        // Several kinds of settings can be wrong at once. One fault of another kind makes the whole a stack trace.
        AggregateException { InnerExceptions.Count: > 0 } several when several.InnerExceptions.Select(Of).ToList() is var lines
            && lines.TrueForAll(found => found.Count > 0) => [.. lines.SelectMany(found => found).Distinct()],
        _ => [],
    };
}
