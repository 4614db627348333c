using System.Text;
using System.Text.Json;

namespace FunctionsNotify.App.Tests.Vault;

/// <summary>The signing vectors under the published test key of RFC 9500 section 2.1.</summary>
internal static class Vectors
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors");

    private static readonly VectorFile File = JsonSerializer.Deserialize<VectorFile>(
        System.IO.File.ReadAllText(Path.Combine(Folder, "signing.json")), JsonSerializerOptions.Web)!;

    public static string PrivateKeyPem { get; } = System.IO.File.ReadAllText(Path.Combine(Folder, File.PrivateKey));

    public static string PublicKeyPem { get; } = System.IO.File.ReadAllText(Path.Combine(Folder, File.PublicKey));

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, File.Vectors.Count)];

    public static byte[] Content(int index) =>
        SignatureContent.Build(File.Path, File.ClientId, File.Vectors[index].Time, Encoding.UTF8.GetBytes(File.Vectors[index].Body));

    public static byte[] Signature(int index) => Convert.FromBase64String(File.Vectors[index].SignatureBase64);

    private sealed record VectorFile(string ClientId, string Path, string PrivateKey, string PublicKey, IReadOnlyList<Vector> Vectors);

    private sealed record Vector(string Time, string Body, string SignatureBase64);
}
