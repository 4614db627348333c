using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.Scenarios;

/// <summary>A search that finds nothing proves something only when it finds what was planted.</summary>
public sealed class SecretSearchTests
{
    private static readonly string Pem = NewKey();
    private static readonly byte[] Der = DerOf(Pem);

    public static TheoryData<string> KeyForms => [.. Forms.Keys];

    private static Dictionary<string, string> Forms { get; } = new(StringComparer.Ordinal)
    {
        ["PEM"] = Pem,
        ["PEM with line ends of two characters"] = Pem.Replace("\n", "\r\n", StringComparison.Ordinal),
        ["one line of PEM"] = Pem.Split('\n')[7],
        ["PEM in log lines"] = string.Join('\n', Pem.Split('\n').Select(line => $"2026-01-01T00:00:00.000Z info: Host[1] {line}")),
        ["PEM in JSON"] = JsonSerializer.Serialize(new { key = Pem }),
        ["PEM with written-out line ends"] = Pem.Replace("\n", "\\n", StringComparison.Ordinal),
        ["base64"] = Convert.ToBase64String(Der),
        ["base64 of 76 columns"] = Convert.ToBase64String(Der, Base64FormattingOptions.InsertLineBreaks),
        ["base64 for addresses"] = Convert.ToBase64String(Der).Replace('+', '-').Replace('/', '_'),
        ["base64 cut at both ends"] = Convert.ToBase64String(Der)[600..700],
        ["base64 of bytes around it, offset 1"] = Convert.ToBase64String([1, .. Der, 2]),
        ["base64 of bytes around it, offset 2"] = Convert.ToBase64String([1, 2, .. Der, 3]),
        ["base64 of the PEM"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(Pem)),
        ["base64 of JSON with the PEM"] = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{{\"content\":\"{Pem}\"}}")),
        ["hexadecimal"] = Convert.ToHexStringLower(Der),
        ["hexadecimal with dashes"] = BitConverter.ToString(Der),
        ["hexadecimal with colons, in lines"] = string.Join(":\n    ", Der.Chunk(15).Select(part => string.Join(':', part.Select(each => each.ToString("x2", null))))),
    };

    [Theory]
    [MemberData(nameof(KeyForms))]
    public void FindIn_PlantedKey_IsFound(string form)
    {
        var found = SecretSearch.ForPrivateKey(Pem).FindIn($"2026-01-01 info: started\n{Forms[form]}\nmore text");
        Assert.NotEmpty(found);
        Assert.DoesNotContain(Pem.Split('\n')[3][..20], string.Concat(found), StringComparison.Ordinal);
    }

    [Fact]
    public void FindIn_OtherKeysAndUsualLogs_FindsNothing()
    {
        var other = NewKey();
        var search = SecretSearch.ForPrivateKey(Pem);
        Assert.Empty(search.FindIn(other));
        Assert.Empty(search.FindIn(Convert.ToHexString(DerOf(other))));
        Assert.Empty(search.FindIn("2026-01-01T00:00:00.000Z warn: Engine[312] Payment p-1: attempt 1 came to Unknown (UNKNOWN_EXCEPTION)"));
        Assert.Empty(search.FindIn(string.Empty));
    }

    [Theory]
    [InlineData("""{ "resultMessage" : "réussi ✓" }""")]
    [InlineData("""{"resultMessage":"r\u00e9ussi \u2713"}""")]
    [InlineData("eyJyZXN1bHRNZXNzYWdlIjoicsOpdXNzaSDinJMifQ==")]
    [InlineData("72 c3 a9 75 73 73 69 20 e2 9c 93")]
    public void FindIn_PlantedMarker_IsFound(string content) => Assert.NotEmpty(SecretSearch.ForText("a body", Payment.Marker).FindIn(content));

    [Fact]
    public void FindIn_OtherText_FindsNothing() => Assert.Empty(SecretSearch.ForText("a body", Payment.Marker).FindIn("reussi, réussite, ✓"));

    private static string NewKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    private static byte[] DerOf(string pem)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        return key.ExportPkcs8PrivateKey();
    }
}
