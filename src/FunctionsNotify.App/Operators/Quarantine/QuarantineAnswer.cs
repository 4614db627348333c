namespace FunctionsNotify.App;

internal abstract record QuarantineAnswer
{
    private QuarantineAnswer()
    {
    }

    public sealed record Done(QuarantineRecord Record) : QuarantineAnswer;

    public sealed record Unknown : QuarantineAnswer;

    public sealed record Refused(IReadOnlyDictionary<string, string[]> Errors) : QuarantineAnswer;

    public sealed record Taken(QuarantineRecord Record) : QuarantineAnswer;
}
