namespace FunctionsNotify.App.Tests.Signatures;

/// <summary>Holds a type of the reference assembly to its real counterpart, by the rules of eng/reference/README.md.</summary>
internal static class SignatureComparison
{
    /// <summary>Every difference that could make the app compile or bind differently; empty when there is none.</summary>
    /// <param name="reference">A type of the reference assembly.</param>
    /// <param name="real">The type of the same name from the real packages, or null if they have none.</param>
    /// <param name="isDerivedFrom">Whether the app or its tests derive from it, so that it needs every abstract member.</param>
    public static IReadOnlyList<string> Differences(Type reference, Type? real, bool isDerivedFrom)
    {
        var name = Signature.Name(reference);
        if (real is null)
        {
            return [$"{name}: not in the real packages"];
        }

        var differences = new List<string>();
        if (Signature.OfType(reference) is var mine && Signature.OfType(real) is var theirs && mine != theirs)
        {
            differences.Add($"{name}: is '{mine}', really '{theirs}'");
        }

        var realInterfaces = real.GetInterfaces().Select(Signature.Name).ToHashSet();
        differences.AddRange(reference.GetInterfaces().Select(Signature.Name)
            .Where(implemented => !realInterfaces.Contains(implemented))
            .Select(implemented => $"{name}: does not really implement {implemented}"));

        var members = Signature.OfMembers(reference);
        var realMembers = Signature.OfMembers(real);
        var texts = members.Select(member => member.Text).ToHashSet();
        var realTexts = realMembers.Select(member => member.Text).ToHashSet();
        differences.AddRange(texts.Where(text => !realTexts.Contains(text)).Select(text => $"{name}: not really there: {text}"));

        var names = members.Select(member => member.Name).ToHashSet();
        differences.AddRange(realMembers
            .Where(member => !texts.Contains(member.Text))
            .Where(member => (member.IsPublic && names.Contains(member.Name)) || (isDerivedFrom && member.IsAbstract))
            .Select(member => $"{name}: missing here: {member.Text}"));
        return differences;
    }
}
