using System.Collections.Concurrent;

namespace FunctionsNotify.Simulator;

/// <summary>
/// The scripts: one per payment where set, and the default. Each payment goes through the default script's steps on its
/// own, so that "U, then S" means that for every payment. Thread-safe.
/// </summary>
public sealed class ScriptBook
{
    private readonly ConcurrentDictionary<string, Run> _own = new(StringComparer.Ordinal);
    private volatile DefaultScript? _default;

    internal ScriptBook()
    {
    }

    /// <summary>Sets a payment's script; it starts at its first step.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="script">The script.</param>
    /// <exception cref="ArgumentException">A value is not allowed; the message names every field and rule.</exception>
    public void Set(string paymentId, Script script)
    {
        ArgumentException.ThrowIfNullOrEmpty(paymentId);
        _own[paymentId] = new Run(Checked(script));
    }

    /// <summary>Sets a payment's script of these steps, whose last one repeats.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <param name="steps">The steps.</param>
    /// <exception cref="ArgumentException">A value is not allowed; the message names every field and rule.</exception>
    public void Set(string paymentId, params ScriptStep[] steps) => Set(paymentId, Script.Of(steps));

    /// <summary>Sets the default script; every payment without an own script starts at its first step.</summary>
    /// <param name="script">The script.</param>
    /// <exception cref="ArgumentException">A value is not allowed; the message names every field and rule.</exception>
    public void SetDefault(Script script) => _default = new DefaultScript(Checked(script));

    /// <summary>Sets the default script of these steps, whose last one repeats.</summary>
    /// <param name="steps">The steps.</param>
    /// <exception cref="ArgumentException">A value is not allowed; the message names every field and rule.</exception>
    public void SetDefault(params ScriptStep[] steps) => SetDefault(Script.Of(steps));

    /// <summary>Removes a payment's script.</summary>
    /// <param name="paymentId">The payment.</param>
    /// <returns>False when it had none.</returns>
    public bool Remove(string paymentId) => _own.TryRemove(paymentId, out _);

    /// <summary>Removes every script, the default too: everything is answered S again.</summary>
    public void Clear()
    {
        _own.Clear();
        _default = null;
    }

    /// <summary>A payment's own script; null when it has none.</summary>
    /// <param name="paymentId">The payment.</param>
    public ScriptStatus? Find(string paymentId) => _own.TryGetValue(paymentId, out var run) ? new(run.Script, run.Used) : null;

    /// <summary>The default script; null when the built-in S answers.</summary>
    public ScriptStatus? FindDefault() => _default is { } current ? new(current.Script, 0) : null;

    internal ScriptChoice Next(string paymentId)
    {
        if (_own.TryGetValue(paymentId, out var run) && run.Next() is { } own)
        {
            return new(own.Step, AnswerSource.Script, own.Index);
        }

        return _default?.Next(paymentId) is { } common
            ? new(common.Step, AnswerSource.Default, common.Index)
            : new(ScriptStep.Success, AnswerSource.Default, null);
    }

    private static Script Checked(Script script)
    {
        ArgumentNullException.ThrowIfNull(script);
        // The caller may go on changing its list.
        var copy = script with { Steps = [.. script.Steps] };
        var violations = new List<ScriptViolation>();
        ScriptRules.Judge(copy, violations);
        return violations.Count == 0 ? copy : throw new ArgumentException(string.Join("; ", violations), nameof(script));
    }

    private sealed class Run(Script script)
    {
        private int _used;

        public Script Script => script;

        public int Used => Volatile.Read(ref _used);

        public (ScriptStep Step, int Index)? Next()
        {
            var index = Interlocked.Increment(ref _used) - 1;
            if (index < script.Steps.Count)
            {
                return (script.Steps[index], index);
            }

            return script.Then == AfterLastStep.Last ? (script.Steps[^1], script.Steps.Count - 1) : null;
        }
    }

    private sealed class DefaultScript(Script script)
    {
        private readonly ConcurrentDictionary<string, Run> _runs = new(StringComparer.Ordinal);

        public Script Script => script;

        public (ScriptStep Step, int Index)? Next(string paymentId) =>
            script is { Steps: [var only], Then: AfterLastStep.Last }
                ? (only, 0)
                : _runs.GetOrAdd(paymentId, static (_, script) => new Run(script), script).Next();
    }
}
