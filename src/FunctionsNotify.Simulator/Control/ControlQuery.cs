using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Simulator;

/// <summary>Reads a query string strictly: known names only, each at most once.</summary>
internal sealed class ControlQuery
{
    private readonly IQueryCollection _query;
    private readonly List<ScriptViolation> _violations;

    public ControlQuery(IQueryCollection query, List<ScriptViolation> violations, params ReadOnlySpan<string> known)
    {
        _query = query;
        _violations = violations;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
            {
                violations.Add(new(AlipayPlus.ForeignText.Cut(name, 64), "is not a known parameter"));
            }
            else if (values.Count != 1)
            {
                violations.Add(new(name, "must be given at most once"));
            }
        }
    }

    /// <summary>The payment's id; any text, because an id may hold any character. Null when the parameter is not there.</summary>
    public string? PaymentId()
    {
        if (!_query.TryGetValue("paymentId", out var values))
        {
            return null;
        }

        // An empty one would quietly mean "all", or the default script.
        if (values.ToString() is { Length: > 0 } paymentId)
        {
            return paymentId;
        }

        _violations.Add(new("paymentId", "must not be empty; leave it out instead"));
        return null;
    }

    public long Number(string name, long usual, long min, long max)
    {
        if (!_query.TryGetValue(name, out var values))
        {
            return usual;
        }

        if (long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        _violations.Add(new(name, $"must be a whole number from {min} to {max}"));
        return usual;
    }
}
