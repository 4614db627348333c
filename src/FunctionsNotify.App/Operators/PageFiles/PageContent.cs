using System.Security.Cryptography;

namespace FunctionsNotify.App;

internal sealed record PageContent(ReadOnlyMemory<byte> Bytes, string ETag)
{
    private const int TagBytes = 16;

    public static PageContent Of(byte[] bytes) => new(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, TagBytes))}\"");
}
