using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Lends copies of one RSA key, each to one thread at a time: .NET promises thread safety for no RSA instance.
/// </summary>
internal sealed class RsaPool : IDisposable
{
    private readonly RSAParameters _parameters;
    private readonly RSA?[] _idle = new RSA?[Math.Max(4, Environment.ProcessorCount * 2)];
    private int _disposed;

    public RsaPool(RSA key, bool withPrivateKey)
    {
        ArgumentNullException.ThrowIfNull(key);
        _parameters = key.ExportParameters(withPrivateKey);
        SignatureLength = (key.KeySize + 7) / 8;
    }

    public int SignatureLength { get; }

    [SuppressMessage("Reliability", "CA2000", Justification = "Given back or disposed by Return.")]
    public RSA Rent()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } idle)
            {
                return idle;
            }
        }

        return RSA.Create(_parameters);
    }

    public void Return(RSA rsa)
    {
        if (Volatile.Read(ref _disposed) == 0)
        {
            for (var i = 0; i < _idle.Length; i++)
            {
                if (_idle[i] is null && Interlocked.CompareExchange(ref _idle[i], rsa, null) is null)
                {
                    return;
                }
            }
        }

        rsa.Dispose();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        for (var i = 0; i < _idle.Length; i++)
        {
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
        }
    }
}
