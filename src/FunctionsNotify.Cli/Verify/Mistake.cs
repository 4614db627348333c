using System.Text.Json.Serialization;

namespace FunctionsNotify.Cli;

/// <summary>What goes wrong between signing and verifying, byte by byte.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Mistake>))]
internal enum Mistake
{
    /// <summary>The own public key in place of Alipay+'s, or the other way round.</summary>
    KeyOfOtherSide,

    /// <summary>The header names another key version than the one that signed.</summary>
    WrongKeyVersion,

    /// <summary>Another path in the first signed line.</summary>
    WrongPath,

    /// <summary>Another method in the first signed line.</summary>
    WrongMethod,

    /// <summary><c>\r\n</c> for <c>\n</c>, after the first signed line or in the body.</summary>
    CarriageReturn,

    /// <summary>No line end, or a written-out one, after the first signed line.</summary>
    LineEndMissing,

    /// <summary>A newline at the body's end that is signed but not sent, or sent but not signed.</summary>
    NewlineAfterBody,

    /// <summary>A newline or blank at the time's end.</summary>
    NewlineAfterTime,

    /// <summary>The time of the other direction, or none, in the signed content.</summary>
    WrongTime,

    /// <summary>The body written anew: whitespace removed or added, members sorted, characters escaped.</summary>
    BodyReserialised,

    /// <summary>A byte order mark that is signed but not sent, or sent but not signed.</summary>
    ByteOrderMark,

    /// <summary>UTF-8 read as Latin-1 and written as UTF-8 again.</summary>
    BodyEncoding,

    /// <summary>The body was not signed at all.</summary>
    BodyNotSigned,

    /// <summary>Decoded once too often, as a form: <c>+</c> became a blank.</summary>
    SignatureDecodedTwice,

    /// <summary>Percent-encoded twice, so that one decoding is not enough.</summary>
    SignatureNotDecoded,

    /// <summary>Standard base64 without percent-encoding.</summary>
    SignatureNotEncoded,

    /// <summary>The base64url alphabet, <c>-_</c> for <c>+/</c>.</summary>
    Base64UrlAlphabet,

    /// <summary>Base64 without its padding.</summary>
    PaddingMissing,

    /// <summary>Line ends or quotes inside the signature's text.</summary>
    SignatureText,

    /// <summary>Another Client-Id in the header, in the signed content, or in the settings.</summary>
    ClientIdMismatch,

    /// <summary>Another algorithm than SHA-256 with RSA, PKCS#1 v1.5; or only another name for it.</summary>
    Algorithm,
}
