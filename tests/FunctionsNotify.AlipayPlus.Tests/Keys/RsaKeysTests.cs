using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class RsaKeysTests
{
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly string Pkcs8 = Convert.ToBase64String(Key.ExportPkcs8PrivateKey());
    private static readonly string Spki = RsaKeys.ExportPublicKeyBase64(Key);

    private static readonly Dictionary<string, string> PrivateKeyTexts = new()
    {
        ["PKCS#8 PEM"] = Key.ExportPkcs8PrivateKeyPem(),
        ["PKCS#1 PEM"] = Key.ExportRSAPrivateKeyPem(),
        ["PKCS#8 base64"] = Pkcs8,
        ["PKCS#1 base64"] = Convert.ToBase64String(Key.ExportRSAPrivateKey()),
        ["base64 in lines"] = Convert.ToBase64String(Key.ExportPkcs8PrivateKey(), Base64FormattingOptions.InsertLineBreaks),
        ["base64 with blanks around"] = $"  {Pkcs8}\r\n",
        ["PEM with CRLF"] = Key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\r\n"),
        ["PEM with written-out line ends"] = Key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n"),
        ["PEM with written-out CRLF"] = Key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\r\\n"),
        ["PEM on one line"] = Key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings(" "),
    };

    private static readonly Dictionary<string, string> PublicKeyTexts = new()
    {
        ["PEM"] = Key.ExportSubjectPublicKeyInfoPem(),
        ["PKCS#1 PEM"] = Key.ExportRSAPublicKeyPem(),
        ["base64"] = Spki,
        ["PKCS#1 base64"] = Convert.ToBase64String(Key.ExportRSAPublicKey()),
        ["base64 in lines"] = Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo(), Base64FormattingOptions.InsertLineBreaks),
        ["PEM with written-out line ends"] = Key.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\\n"),
    };

    public static TheoryData<string> PrivateKeyForms => [.. PrivateKeyTexts.Keys];

    public static TheoryData<string> PublicKeyForms => [.. PublicKeyTexts.Keys];

    [Theory]
    [MemberData(nameof(PrivateKeyForms))]
    public void ReadPrivateKey_KnownForm_GivesTheKey(string form)
    {
        using var read = RsaKeys.ReadPrivateKey(PrivateKeyTexts[form]);
        Assert.True(Pkcs8 == Convert.ToBase64String(read.ExportPkcs8PrivateKey()), form);
    }

    [Theory]
    [MemberData(nameof(PublicKeyForms))]
    public void ReadPublicKey_KnownForm_GivesTheKey(string form)
    {
        using var read = RsaKeys.ReadPublicKey(PublicKeyTexts[form]);
        Assert.True(Spki == RsaKeys.ExportPublicKeyBase64(read), form);
    }

    [Fact]
    public void ReadPrivateKey_PublicKey_SaysSo()
    {
        Assert.All(PublicKeyTexts.Values, text =>
        {
            var message = Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPrivateKey(text)).Message;
            Assert.Contains("private key", message, StringComparison.Ordinal);
            Assert.Contains("found a public key", message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void ReadPublicKey_PrivateKey_SaysSoAndNeverShowsIt()
    {
        foreach (var text in new[] { Pkcs8, Key.ExportPkcs8PrivateKeyPem() })
        {
            var message = Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPublicKey(text)).Message;
            Assert.Contains("found a private key", message, StringComparison.Ordinal);
            Assert.DoesNotContain(Pkcs8[40..60], message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReadPrivateKey_ShortKey_NamesTheSizes()
    {
        using var small = RSA.Create(1024);
        var message = Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPrivateKey(small.ExportPkcs8PrivateKeyPem())).Message;
        Assert.EndsWith("of at least 2048 bits; found 1024 bits.", message, StringComparison.Ordinal);
        Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPublicKey(small.ExportSubjectPublicKeyInfoPem()));
    }

    [Fact]
    public void ReadPrivateKey_LongKey_IsAccepted()
    {
        using var large = RSA.Create(3072);
        using var read = RsaKeys.ReadPrivateKey(large.ExportPkcs8PrivateKeyPem());
        Assert.Equal(3072, read.KeySize);
    }

    [Fact]
    public void ReadPrivateKey_EncryptedKey_SaysSo()
    {
        var pem = Key.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));
        Assert.Contains("an encrypted private key: decrypt it first", Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPrivateKey(pem)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadPrivateKey_EllipticCurveKey_IsRefused()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPrivateKey(curve.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPublicKey(curve.ExportSubjectPublicKeyInfoPem()));
    }

    [Fact]
    public void ReadPrivateKey_NumbersThatDoNotBelongTogether_AreRefused()
    {
        using var other = RSA.Create(2048);
        var mixed = Key.ExportParameters(true);
        mixed.Modulus = other.ExportParameters(false).Modulus;
        // By the platform: without its check such a key would make signatures that nobody accepts.
        Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPrivateKey(Convert.ToBase64String(Mixed(mixed))));

        static byte[] Mixed(RSAParameters key)
        {
            var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                foreach (var number in new[] { key.Modulus, key.Exponent, key.D, key.P, key.Q, key.DP, key.DQ, key.InverseQ })
                {
                    writer.WriteInteger(new System.Numerics.BigInteger(number, isUnsigned: true, isBigEndian: true));
                }
            }

            return writer.Encode();
        }
    }

    [Theory]
    [InlineData("", "an empty text")]
    [InlineData("   ", "an empty text")]
    [InlineData("not a key at all", "a text of 16 characters that is neither")]
    [InlineData("AAAA", "a text of 4 characters that is neither")]
    [InlineData("-----BEGIN PRIVATE KEY-----", "a PEM text that is damaged")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "a PEM text that is damaged")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "a PEM text that is damaged")]
    public void Read_NoKey_NamesTheRuleAndTheShape(string text, string shape)
    {
        Assert.StartsWith($"expected an RSA private key in PKCS#8, as PEM or as one line of base64; found {shape}", Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPrivateKey(text)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"expected an RSA public key (SubjectPublicKeyInfo), as PEM or as one line of base64; found {shape}", Assert.Throws<KeyFormatException>(() => RsaKeys.ReadPublicKey(text)).Message, StringComparison.Ordinal);
    }
}
