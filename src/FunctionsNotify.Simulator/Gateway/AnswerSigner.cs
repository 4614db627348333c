using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator;

/// <summary>
/// Signs answers, and keeps the signature of a content that was signed before. Answers with the same body in the same
/// second (Response-Time has whole seconds) have the same content, and RSA with PKCS#1 v1.5 padding is deterministic: the
/// kept signature is, bit by bit, the one that would be made again. In a benchmark that is fair: Alipay+ signs on its own
/// machines, so a signature per answer would charge its cost (about that of our own signature) to the acquirer that is
/// measured. What the acquirer pays stays whole: it verifies every answer's signature, and its own request's signature is
/// different each time and verified here each time.
/// </summary>
internal sealed class AnswerSigner : IDisposable
{
    private const int MaxKept = 256;

    private readonly PemRequestSigner _signer;
    private readonly PemRequestSigner _unannounced;
    private readonly Lazy<PemRequestSigner> _stranger = new(static () =>
    {
        using var key = RSA.Create(2048);
        return new PemRequestSigner(key, DevelopmentKeys.KeyVersion);
    });

    private ConcurrentDictionary<Content, Lazy<string>> _kept = new();

    public AnswerSigner(string privateKey)
    {
        _signer = PemRequestSigner.FromText(privateKey, DevelopmentKeys.KeyVersion);
        _unannounced = PemRequestSigner.FromText(privateKey, UnannouncedVersion);
    }

    /// <summary>A key version that no acquirer can know.</summary>
    public const string UnannouncedVersion = "999";

    /// <summary>The Signature header; null for an unsigned answer.</summary>
    /// <param name="signing">How to sign.</param>
    /// <param name="path">The request's path.</param>
    /// <param name="clientId">The answer's Client-Id.</param>
    /// <param name="time">The answer's Response-Time.</param>
    /// <param name="body">The answer's body.</param>
    public string? Sign(AnswerSigning signing, string path, string clientId, string time, ReadOnlyMemory<byte> body)
    {
        switch (signing)
        {
            case AnswerSigning.None:
                return null;
            case AnswerSigning.Malformed:
                return "algorithm=RSA256,keyVersion=1,signature=%%%";
        }

        var kept = _kept;
        if (kept.Count >= MaxKept)
        {
            // A new second has come, or a script makes every answer another: either way the old ones are of no more use.
            _kept = kept = new();
        }

        return kept.GetOrAdd(new Content(signing, path, clientId, time, body), key => new Lazy<string>(() => Make(key))).Value;
    }

    public void Dispose()
    {
        _signer.Dispose();
        _unannounced.Dispose();
        if (_stranger.IsValueCreated)
        {
            _stranger.Value.Dispose();
        }
    }

    private string Make(Content content)
    {
        var (signer, version) = content.Signing switch
        {
            AnswerSigning.WrongKey => (_stranger.Value, DevelopmentKeys.KeyVersion),
            AnswerSigning.UnknownKeyVersion => (_unannounced, UnannouncedVersion),
            _ => (_signer, DevelopmentKeys.KeyVersion),
        };
        ReadOnlySpan<byte> signed = content.Signing == AnswerSigning.WrongBody ? Encoding.UTF8.GetBytes("{}") : content.Body.Span;
        return SignatureHeader.Format(version, signer.Sign(SignatureContent.Build(content.Path, content.ClientId, content.Time, signed)));
    }

    private readonly record struct Content(AnswerSigning Signing, string Path, string ClientId, string Time, ReadOnlyMemory<byte> Body)
    {
        public bool Equals(Content other) =>
            Signing == other.Signing && Time == other.Time && ClientId == other.ClientId && Path == other.Path
            && Body.Span.SequenceEqual(other.Body.Span);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(Signing);
            hash.Add(Time);
            hash.AddBytes(Body.Span);
            return hash.ToHashCode();
        }
    }
}
