namespace FunctionsNotify.Simulator;

/// <summary>The step that answers a request.</summary>
/// <param name="Step">The step.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Index">Its place in its script, from 0; null for the built-in S.</param>
internal readonly record struct ScriptChoice(ScriptStep Step, AnswerSource Source, int? Index);
