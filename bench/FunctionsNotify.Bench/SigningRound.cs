using System.Diagnostics;
using System.Security.Cryptography;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Bench;

/// <summary>What one core signs: RSA-2048, SHA-256, PKCS#1 v1.5, bare and through the product's signer, side by side.</summary>
internal sealed class SigningRound : IDisposable
{
    // Short turns, so that a burst of load from elsewhere meets both.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(150);
    private const int Turns = 5;

    private readonly RSA _key = RSA.Create(2048);
    private readonly PemRequestSigner _signer;
    private readonly byte[] _content;

    public SigningRound()
    {
        _signer = new PemRequestSigner(_key, "1");
        _content = SignatureContent.Build(NotifyPushPayment.Path, "BENCH", "2026-01-01T12:01:01.000+00:00", Payments.Make(1)[0].Body);
    }

    /// <summary>Signatures a second on one core, and processor seconds of 1,000 bare signatures.</summary>
    public (double Bare, double Product, double SecondsPerThousand) Measure()
    {
        var bare = new Tally();
        var product = new Tally();
        for (var turn = 0; turn < Turns; turn++)
        {
            bare.Run(() => _key.SignData(_content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            product.Run(() => _signer.Sign(_content));
        }

        return (bare.PerSecond, product.PerSecond, bare.Processor.TotalSeconds * 1000 / bare.Count);
    }

    public void Dispose()
    {
        _signer.Dispose();
        _key.Dispose();
    }

    private sealed class Tally
    {
        private TimeSpan _elapsed;

        public int Count { get; private set; }

        public TimeSpan Processor { get; private set; }

        public double PerSecond => Count / _elapsed.TotalSeconds;

        public void Run(Action action)
        {
            var processor = ProcessorTime.Own();
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < Turn)
            {
                action();
                Count++;
            }

            _elapsed += watch.Elapsed;
            Processor += ProcessorTime.Own() - processor;
        }
    }
}
