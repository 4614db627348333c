using System.Text.RegularExpressions;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>What docs/key-rotation.md and docs/configuration.md name is there.</summary>
public sealed partial class KeyRotationDocumentTests
{
    private static readonly string Rotation = Read("key-rotation.md");
    private static readonly string Configuration = Read("configuration.md");

    private static readonly Dictionary<string, Type> Sections = new()
    {
        [AlipayPlusOptions.SectionName] = typeof(AlipayPlusOptions),
        [KeyVaultOptions.Section] = typeof(KeyVaultOptions),
    };

    [Fact]
    public void Documents_Settings_AreThoseOfTheOptions()
    {
        var named = Setting().Matches(Rotation + Configuration).Select(match => (Section: match.Groups[1].Value, Name: match.Groups[2].Value)).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, setting => Assert.NotNull(Sections[setting.Section].GetProperty(setting.Name)));
    }

    [Fact]
    public void Configuration_VaultSettings_AreAllDocumented() =>
        Assert.All(
            typeof(KeyVaultOptions).GetProperties().Where(property => property.SetMethod is { IsPublic: true }),
            property => Assert.Contains($"`{KeyVaultOptions.Name(property.Name)}`", Configuration, StringComparison.Ordinal));

    [Fact]
    public void Rotation_Tests_AreAllThere()
    {
        var tests = typeof(KeyRotationTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.Name).ToHashSet();
        var named = TestRow().Matches(Rotation).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, tests));
        Assert.Subset(
            named.ToHashSet(),
            typeof(KeyRotationTests).GetMethods().Where(method => method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0).Select(method => method.Name).ToHashSet());
    }

    private static string Read(string document)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "FunctionsNotify.sln")))
        {
            folder = folder.Parent;
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", document));
    }

    [GeneratedRegex("(AlipayPlus|KeyVault)__([A-Za-z]+)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^\| [^|]+ \| `(\w+)` \|$", RegexOptions.Multiline)]
    private static partial Regex TestRow();
}
