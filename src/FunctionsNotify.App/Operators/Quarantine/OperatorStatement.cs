namespace FunctionsNotify.App;

internal sealed record OperatorStatement(string? Actor, string? Reason)
{
    public const int MaxActorLength = DeliveryCommand.MaxIdLength;

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
