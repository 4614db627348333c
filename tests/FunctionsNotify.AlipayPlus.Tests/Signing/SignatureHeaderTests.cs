namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class SignatureHeaderTests
{
    [Theory]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQID")]
    [InlineData("signature=AQID,keyVersion=1,algorithm=RSA256")]
    [InlineData("keyVersion=1, signature=AQID, algorithm=RSA256")]
    [InlineData(" Algorithm = RSA256 , KEYVERSION = 1 , Signature = AQID ")]
    [InlineData("algorithm=RSA256,keyVersion=1,extra=x,nonsense,,extra=y,=z,signature=AQID")]
    [InlineData("keyVersion=1,signature=AQID")]
    public void TryParse_PartsInAnyOrder_AreRead(string value)
    {
        Assert.True(SignatureHeader.TryParse(value, out var header));
        Assert.Equal("1", header.KeyVersion);
        Assert.Equal(new byte[] { 1, 2, 3 }, header.Signature.ToArray());
    }

    [Theory]
    [InlineData("algorithm=RSA256,signature=AQID")]
    [InlineData("algorithm=RSA256,keyVersion=,signature=AQID")]
    [InlineData("algorithm=RSA256,keyVersion=a b,signature=AQID")]
    [InlineData("algorithm=RSA256,keyVersion=012345678901234567890123456789012,signature=AQID")]
    public void TryParse_NoUsableKeyVersion_NamesNone(string value)
    {
        Assert.True(SignatureHeader.TryParse(value, out var header));
        Assert.Null(header.KeyVersion);
    }

    [Theory]
    [InlineData("AQ==", new byte[] { 1 })]
    [InlineData("AQ", new byte[] { 1 })]
    [InlineData("AQ%3D%3D", new byte[] { 1 })]
    [InlineData("AQ%3D", new byte[] { 1 })]
    [InlineData("AQI=", new byte[] { 1, 2 })]
    [InlineData("++//", new byte[] { 0xFB, 0xEF, 0xFF })]
    [InlineData("--__", new byte[] { 0xFB, 0xEF, 0xFF })]
    [InlineData("%2b%2B%2f%2F", new byte[] { 0xFB, 0xEF, 0xFF })]
    public void TryParse_Spelling_GivesTheBytes(string signature, byte[] expected)
    {
        Assert.True(SignatureHeader.TryParse($"algorithm=RSA256,keyVersion=1,signature={signature}", out var header));
        Assert.Equal(expected, header.Signature.ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("signature")]
    [InlineData("algorithm=RSA256,keyVersion=1")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature===")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=A")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQIDA")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQ=I")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQ D")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQID%")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQID%2")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQID%zz")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQID% 1")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=%252B%252B%252B%252B")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQ%00D")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQ\u0131D")]
    [InlineData("algorithm=RSA256,keyVersion=1,signature=AQID,signature=AQID")]
    [InlineData("algorithm=RSA256,keyVersion=1,keyVersion=2,signature=AQID")]
    [InlineData("algorithm=RSA256,algorithm=none,keyVersion=1,signature=AQID")]
    public void TryParse_UnreadableHeader_IsFalse(string? value)
    {
        Assert.False(SignatureHeader.TryParse(value, out var header));
        Assert.Null(header);
    }

    [Fact]
    public void TryParse_HeaderBeyondTheLimit_IsFalse()
    {
        var start = "algorithm=RSA256,keyVersion=1,signature=";
        var longest = start + new string('A', (SignatureHeader.MaxLength - start.Length) / 4 * 4);
        Assert.True(SignatureHeader.TryParse(longest, out _));
        Assert.False(SignatureHeader.TryParse(longest.PadRight(SignatureHeader.MaxLength + 1, 'A'), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,signature=x")]
    [InlineData("1\r\nX-Other: y")]
    public void Format_KeyVersionThatCannotStandInAHeader_ThrowsWithTheRule(string version)
    {
        var fault = Assert.Throws<ArgumentException>(() => SignatureHeader.Format(version, [1, 2, 3]));
        Assert.Contains($"{KeyVersions.Rule}; found {version.Length} characters", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_MutatedHeaders_NeverThrowsAndRoundTrips()
    {
        var random = new Random(20250220);
        var seeds = Enumerable.Range(0, 3).Select(index => SigningVectors.Get(index).Header).ToArray();
        var read = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var value = Mutate(random, seeds[i % seeds.Length]);
            if (!SignatureHeader.TryParse(value, out var header))
            {
                continue;
            }

            read++;
            Assert.True(header.KeyVersion is null || KeyVersions.IsValid(header.KeyVersion));
            Assert.True(SignatureHeader.TryParse(SignatureHeader.Format("1", header.Signature.Span), out var again));
            Assert.Equal(header.Signature.ToArray(), again.Signature.ToArray());
        }

        // Both sides of the parser were reached.
        Assert.InRange(read, 1_000, 29_000);
    }

    private static string Mutate(Random random, string seed)
    {
        const string Alphabet = "abcXYZ019+/=%-_, \t\"'\\\0\r\nüﬀ\ud800";
        var text = new System.Text.StringBuilder(seed);
        for (var changes = random.Next(1, 4); changes > 0 && text.Length > 0; changes--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    text.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at));
                    break;
                case 3:
                    text.Insert(at, seed.AsSpan(0, random.Next(seed.Length)));
                    break;
                default:
                    text[at] = (char)random.Next(0x20, 0x7F);
                    break;
            }
        }

        return text.ToString();
    }
}
