using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>Who does something, and why. Both are required: the record keeps them.</summary>
/// <param name="Actor">Who, at most 64 characters on one line.</param>
/// <param name="Reason">Why, at most 200 characters on one line.</param>
public sealed record OperatorStatement(string? Actor, string? Reason)
{
    /// <summary>The longest actor, in characters.</summary>
    public const int MaxActorLength = DeliveryCommand.MaxIdLength;

    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReasonLength = DeliveryCommand.MaxReasonLength;

    internal void Judge(FieldErrors errors)
    {
        Judge("actor", Actor, MaxActorLength, errors);
        Judge("reason", Reason, MaxReasonLength, errors);
    }

    private static void Judge(string field, string? text, int maxLength, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            errors.Add(field, "is required");
        }
        else if (text.Length > maxLength || text.Any(char.IsControl))
        {
            errors.Add(field, $"must have at most {maxLength} characters and no control characters, has {text.Length} characters");
        }
    }
}
