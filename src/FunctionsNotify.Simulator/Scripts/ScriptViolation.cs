namespace FunctionsNotify.Simulator;

/// <summary>One violated rule of the control API's input.</summary>
/// <param name="Field">The field's path, such as <c>steps[0].delay</c>; <c>$</c> for the whole.</param>
/// <param name="Rule">The rule in one short sentence.</param>
public sealed record ScriptViolation(string Field, string Rule)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Rule}";
}
