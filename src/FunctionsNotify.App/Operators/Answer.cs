using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

public enum AnswerKind
{
    Done,

    // Done before, by the same wish.
    Repeated,

    // Of a dry run: it would be done.
    Possible,

    Invalid,

    Unknown,

    // The rest are refusals by the state of the payment or record.
    Open,

    Broken,

    NotBroken,

    NotStarted,

    Ended,

    Delivered,

    TooOld,

    Superseded,

    KeyTaken,

    Taken,
}

// What an operator's change came to. The change decides; HTTP, the audit log and bulk only tell it.
internal sealed record Answer(AnswerKind Kind, string Detail, object? Value = null)
{
    public ImmutableSortedDictionary<string, string[]> Errors { get; private init; } = ImmutableSortedDictionary<string, string[]>.Empty;

    public static Answer NoPayment { get; } = new(AnswerKind.Unknown, "No notification of this payment was accepted.");

    public bool IsDone => Kind is AnswerKind.Done or AnswerKind.Repeated;

    // Whether the rules or a state forbade what was asked for, of something that is there.
    public bool IsRefusal => Kind is not (AnswerKind.Done or AnswerKind.Repeated or AnswerKind.Possible or AnswerKind.Unknown);

    public string AuditOutcome => IsRefusal || Kind == AnswerKind.Unknown ? AuditEntry.Refused(Detail) : AuditEntry.Accepted;

    public static Answer Done(object value) => new(AnswerKind.Done, string.Empty, value);

    public static Answer Invalid(FieldErrors errors)
    {
        var all = errors.ToDictionary();
        return new Answer(AnswerKind.Invalid, $"broken rules: {string.Join(", ", all.Keys)}") { Errors = all };
    }

    public IResult ToResult(int success = StatusCodes.Status202Accepted) => Kind switch
    {
        AnswerKind.Done or AnswerKind.Repeated or AnswerKind.Possible => Results.Json(Value, DeliveryJson.Options, statusCode: success),
        AnswerKind.Invalid => Results.ValidationProblem(Errors),
        AnswerKind.Unknown => Results.Problem(statusCode: StatusCodes.Status404NotFound, detail: Detail),
        _ => Results.Problem(statusCode: StatusCodes.Status409Conflict, detail: Detail),
    };
}

internal sealed class FieldErrors
{
    private readonly SortedDictionary<string, List<string>> _found = new(StringComparer.Ordinal);

    public bool Any => _found.Count > 0;

    public void Add(string field, string rule)
    {
        if (!_found.TryGetValue(field, out var rules))
        {
            _found.Add(field, rules = []);
        }

        rules.Add(rule);
    }

    public ImmutableSortedDictionary<string, string[]> ToDictionary() => _found.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
}
