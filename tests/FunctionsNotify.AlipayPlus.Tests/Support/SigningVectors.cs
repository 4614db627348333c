using System.Text;
using System.Text.Json;

namespace FunctionsNotify.AlipayPlus.Tests;

/// <summary>The signing vectors under the published test key of RFC 9500 section 2.1.</summary>
internal static class SigningVectors
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "vectors");

    private static readonly VectorFile File = JsonSerializer.Deserialize<VectorFile>(
        System.IO.File.ReadAllText(Path.Combine(Folder, "signing.json")), JsonSerializerOptions.Web)!;

    public static string ClientId => File.ClientId;

    public static string RequestPath => File.Path;

    public static string KeyVersion => File.KeyVersion;

    public static string PrivateKeyPem { get; } = System.IO.File.ReadAllText(Path.Combine(Folder, File.PrivateKey));

    public static string PublicKeyPem { get; } = System.IO.File.ReadAllText(Path.Combine(Folder, File.PublicKey));

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, File.Vectors.Count)];

    public static SigningVector Get(int index) => File.Vectors[index];

    public static PublicKeyRing KeyRing() => PublicKeyRing.FromTexts([new(KeyVersion, PublicKeyPem)]);

    private sealed record VectorFile(string ClientId, string Path, string KeyVersion, string PrivateKey, string PublicKey, IReadOnlyList<SigningVector> Vectors);
}

internal sealed record SigningVector(
    string Name, string Time, string Body, int ContentLength, string ContentSha256, string SignatureBase64, string SignatureHeaderValue)
{
    public byte[] BodyBytes => Encoding.UTF8.GetBytes(Body);

    public byte[] Content => SignatureContent.Build(SigningVectors.RequestPath, SigningVectors.ClientId, Time, BodyBytes);

    public string Header => $"algorithm=RSA256,keyVersion={SigningVectors.KeyVersion},signature={SignatureHeaderValue}";
}
