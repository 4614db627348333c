using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The Signature header: <c>algorithm=RSA256,keyVersion=&lt;n&gt;,signature=&lt;v&gt;</c>, where v is the
/// percent-encoding of standard base64. <c>[family]</c>
/// </summary>
public sealed record SignatureHeader
{
    /// <summary>The header's name.</summary>
    public const string HeaderName = "Signature";

    /// <summary>The only algorithm: SHA-256 with RSA, PKCS#1 v1.5. <c>[family]</c></summary>
    public const string Rsa256 = "RSA256";

    /// <summary>The longest header that is read, in characters; a key of 16,384 bits needs about 3,000. <c>[decided]</c></summary>
    public const int MaxLength = 8192;

    private SignatureHeader(string? algorithm, string keyVersion, byte[] signature)
    {
        Algorithm = algorithm;
        KeyVersion = keyVersion;
        Signature = signature;
    }

    /// <summary>The named algorithm; null when the header names none.</summary>
    public string? Algorithm { get; }

    /// <summary>The version of the key that signed.</summary>
    public string KeyVersion { get; }

    /// <summary>The raw signature bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Writes the header's value.</summary>
    /// <param name="keyVersion">The version of the key that signed.</param>
    /// <param name="signature">The raw signature bytes.</param>
    /// <exception cref="ArgumentException">The key version cannot stand in a header.</exception>
    public static string Format(string keyVersion, ReadOnlySpan<byte> signature)
    {
        KeyVersions.ThrowIfInvalid(keyVersion);
        var text = new StringBuilder($"algorithm={Rsa256},keyVersion={keyVersion},signature=", 512);
        foreach (var character in Convert.ToBase64String(signature))
        {
            _ = character switch
            {
                '+' => text.Append("%2B"),
                '/' => text.Append("%2F"),
                '=' => text.Append("%3D"),
                _ => text.Append(character),
            };
        }

        return text.ToString();
    }

    /// <summary>
    /// Reads the header's value defensively: parts in any order, only <c>%xx</c> is decoded (form decoding would turn
    /// <c>+</c> into a blank), <c>-_</c> and missing padding are accepted. <c>[decided]</c>
    /// </summary>
    /// <param name="value">The header's value.</param>
    /// <param name="header">The header; null when it cannot be read.</param>
    /// <returns>False when a part is missing or doubled, or the signature is not base64 after one decoding.</returns>
    public static bool TryParse(string? value, [NotNullWhen(true)] out SignatureHeader? header)
    {
        header = null;
        if (value is null || value.Length > MaxLength)
        {
            return false;
        }

        string? algorithm = null, keyVersion = null;
        byte[]? signature = null;
        var text = value.AsSpan();
        foreach (var range in text.Split(','))
        {
            var part = text[range];
            var equals = part.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var name = part[..equals].Trim();
            var content = part[(equals + 1)..].Trim();
            if (name.Equals("signature", StringComparison.OrdinalIgnoreCase))
            {
                if (signature is not null || (signature = Decode(content)) is null)
                {
                    return false;
                }
            }
            else if (name.Equals("keyVersion", StringComparison.OrdinalIgnoreCase))
            {
                if (keyVersion is not null)
                {
                    return false;
                }

                keyVersion = content.ToString();
            }
            else if (name.Equals("algorithm", StringComparison.OrdinalIgnoreCase))
            {
                if (algorithm is not null)
                {
                    return false;
                }

                algorithm = content.ToString();
            }
        }

        if (signature is null || !KeyVersions.IsValid(keyVersion))
        {
            return false;
        }

        header = new SignatureHeader(algorithm, keyVersion!, signature);
        return true;
    }

    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        // Up to three more for the padding that is put back.
        var buffer = new byte[text.Length + 3];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '%')
            {
                if (i + 2 >= text.Length
                    || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var decoded))
                {
                    return null;
                }

                character = (char)decoded;
                i += 2;
            }

            switch (character)
            {
                case '-':
                    character = '+';
                    break;
                case '_':
                    character = '/';
                    break;
                case '+' or '/' or '=':
                    break;
                default:
                    if (!char.IsAsciiLetterOrDigit(character))
                    {
                        return null;
                    }

                    break;
            }

            buffer[length++] = (byte)character;
        }

        return FromBase64(buffer, length);
    }

    private static byte[]? FromBase64(byte[] buffer, int length)
    {
        var padding = 0;
        while (padding < length && buffer[length - 1 - padding] == (byte)'=')
        {
            padding++;
        }

        var data = length - padding;
        if (data == 0 || padding > 2 || data % 4 == 1)
        {
            return null;
        }

        var padded = (data + 3) / 4 * 4;
        buffer.AsSpan(data, padded - data).Fill((byte)'=');
        var signature = new byte[padded / 4 * 3];
        var status = Base64.DecodeFromUtf8(buffer.AsSpan(0, padded), signature, out var consumed, out var written);
        return status == System.Buffers.OperationStatus.Done && consumed == padded ? signature[..written] : null;
    }
}
