namespace FunctionsNotify.AlipayPlus;

/// <summary>One result code and what to do about it.</summary>
/// <param name="Code">The code.</param>
/// <param name="Status">The result status that it comes with: <c>S</c>, <c>F</c> or <c>U</c>.</param>
/// <param name="Category">What it asks of the operator.</param>
/// <param name="Action">What the operator does, in one sentence.</param>
public sealed record ResultCodeEntry(string Code, string Status, ResultCategory Category, string Action);
