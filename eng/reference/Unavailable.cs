using System.Runtime.CompilerServices;

/// <summary>The answer of every member that only the real packages can carry out.</summary>
internal static class Unavailable
{
    internal static NotSupportedException In(string type, [CallerMemberName] string member = "") =>
        new($"{type}.{member} needs the real Functions packages; this build used the reference assembly (FunctionsReference=true).");
}
