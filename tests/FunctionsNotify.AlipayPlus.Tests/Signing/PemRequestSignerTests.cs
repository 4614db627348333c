using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class PemRequestSignerTests
{
    [Fact]
    public void Sign_ManyThreads_EverySignatureIsRight()
    {
        using var signer = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        using var key = RsaKeys.ReadPublicKey(SigningVectors.PublicKeyPem);
        var signatures = new byte[400][];

        Parallel.For(0, signatures.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => signatures[i] = signer.Sign(Content(i)));

        for (var i = 0; i < signatures.Length; i++)
        {
            Assert.True(key.VerifyData(Content(i), signatures[i], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), $"signature {i}");
        }

        static byte[] Content(int i) => Encoding.ASCII.GetBytes($"content {i}");
    }

    [Fact]
    public async Task SignAsync_DisposedSigner_IsAFault()
    {
        var signer = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        signer.Dispose();
        var fault = Assert.IsType<SigningResult.Fault>(await signer.SignAsync(new byte[1], CancellationToken.None));
        Assert.Contains("could not sign (ObjectDisposedException)", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignAsync_CancelledToken_Throws()
    {
        using var signer = PemRequestSigner.FromText(SigningVectors.PrivateKeyPem, "1");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await signer.SignAsync(new byte[1], new CancellationToken(true)));
    }
}
