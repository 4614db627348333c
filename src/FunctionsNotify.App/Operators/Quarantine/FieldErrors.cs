namespace FunctionsNotify.App;

internal sealed class FieldErrors
{
    private readonly SortedDictionary<string, List<string>> _found = new(StringComparer.Ordinal);

    public bool Any => _found.Count > 0;

    public void Add(string field, string rule)
    {
        if (!_found.TryGetValue(field, out var rules))
        {
            _found.Add(field, rules = []);
        }

        rules.Add(rule);
    }

    public IReadOnlyDictionary<string, string[]> ToDictionary() =>
        new SortedDictionary<string, string[]>(_found.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()), StringComparer.Ordinal);
}
