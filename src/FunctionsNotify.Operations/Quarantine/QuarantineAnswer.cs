using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Operations;

/// <summary>What came of an operator's change to a quarantine record.</summary>
public abstract record QuarantineAnswer
{
    private QuarantineAnswer()
    {
    }

    /// <summary>It was done.</summary>
    /// <param name="Record">The record as it is now.</param>
    public sealed record Done(QuarantineRecord Record) : QuarantineAnswer;

    /// <summary>There is no record of this id.</summary>
    public sealed record Unknown : QuarantineAnswer;

    /// <summary>Nothing was done, because what was asked breaks rules.</summary>
    /// <param name="Errors">Every broken rule by field.</param>
    public sealed record Refused(IReadOnlyDictionary<string, string[]> Errors) : QuarantineAnswer;

    /// <summary>Nothing was done, because the record waits for nobody any more, or another operator was first.</summary>
    /// <param name="Record">The record as it is.</param>
    public sealed record Taken(QuarantineRecord Record) : QuarantineAnswer;
}
