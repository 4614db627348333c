using System.Text.Json.Serialization;

namespace FunctionsNotify.AlipayPlus;

/// <summary>Whether a violated rule keeps a notification from being sent. <c>[decided]</c></summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>The rule is Alipay+'s own word: the notification is not sent.</summary>
    Refuse,

    /// <summary>The rule was read from a sibling page or a cut sentence: the notification is sent, Alipay+ decides.</summary>
    Warn,
}

/// <summary>One violated rule. Says the value's shape, never the value.</summary>
/// <param name="Field">The field's path from the notification's top, such as <c>paymentResult.resultCode</c>; <c>$</c> for the whole.</param>
/// <param name="Rule">The rule in one short sentence.</param>
/// <param name="Severity">Refuse or warn.</param>
/// <param name="Shape">What was found, such as <c>string of 80 characters</c>, <c>number</c>, <c>missing</c>.</param>
public sealed record Violation(string Field, string Rule, Severity Severity, string Shape)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Rule} (found {Shape})";
}
