using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using FunctionsNotify.AlipayPlus;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FunctionsNotify.Simulator;

/// <summary>What the checks came to.</summary>
/// <param name="Refusal">The answer where a check refuses the request; null when a script answers.</param>
internal sealed record Judgement(RequestVerdict Verdict, string? PaymentId, string? CanonicalHash, ScriptStep? Refusal)
{
    public Judgement AsContradiction()
    {
        const string reason = "The payment was acknowledged with another content.";
        return this with
        {
            Verdict = Verdict with { IsAccepted = false, IsContradiction = true, Refusal = reason },
            Refusal = ScriptStep.Failure("REPEAT_REQ_INCONSISTENT") with { ResultMessage = reason },
        };
    }
}

/// <summary>
/// Checks a request as Alipay+ would, in a gateway's order: address, method, media type, client, key, signature, field
/// rules, contradiction. What comes before the signature holds is answered unsigned; the order and the HTTP status 200
/// of every refusal are ours.
/// </summary>
internal sealed class RequestJudge(
    string clientId, PublicKeyRing acquirerKeys, ConcurrentDictionary<string, string> acknowledged, Func<bool> isAcquirerKeyKnown)
{
    /// <summary>More than a notification can have, so that a longer one is recorded and refused by its rule.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    private static readonly TimeSpan RequestTimeTolerance = TimeSpan.FromMinutes(5);

    public Judgement Judge(HttpRequest request, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var reading = NotificationReader.Read(body);
        var signature = VerificationStatus.NotSigned;
        var refusal = CheckCall(request) ?? CheckSignature(request, body, out signature) ?? CheckContent(request, reading);
        var verdict = new RequestVerdict
        {
            IsAccepted = refusal is null,
            Signature = signature,
            Violations = reading.Violations,
            Refusal = refusal?.ResultMessage,
            Warnings = TryParseTime(TimeOf(request), out var sentAt) && (now - sentAt).Duration() > RequestTimeTolerance
                ? [$"Request-Time is more than {RequestTimeTolerance:c} away from the simulator's clock."]
                : [],
        };
        var judgement = new Judgement(verdict, reading.PaymentId, reading.CanonicalHash, refusal);
        return refusal is null && acknowledged.TryGetValue(reading.PaymentId!, out var hash) && hash != reading.CanonicalHash
            ? judgement.AsContradiction()
            : judgement;
    }

    private ScriptStep? CheckCall(HttpRequest request)
    {
        if (request.Path.Value != NotifyPushPayment.Path)
        {
            return Unsigned("NO_INTERFACE_DEF", $"There is no interface at this path; expected {NotifyPushPayment.Path}.");
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            return Unsigned("METHOD_NOT_SUPPORTED", "The method must be POST.");
        }

        if (!IsJson(request.ContentType))
        {
            return Unsigned("MEDIA_TYPE_NOT_ACCEPTABLE", "Content-Type must be application/json; charset=UTF-8.");
        }

        if (Single(request.Headers[NotifyPushPayment.ClientIdHeader]) != clientId)
        {
            return Unsigned("INVALID_CLIENT", "Client-Id must be given exactly once and be known.");
        }

        return isAcquirerKeyKnown() ? null : Unsigned("KEY_NOT_FOUND", "No public key of this client is known.");
    }

    private ScriptStep? CheckSignature(HttpRequest request, ReadOnlyMemory<byte> body, out VerificationStatus status)
    {
        status = VerificationStatus.Malformed;
        if (TimeOf(request) is not { } time)
        {
            return Unsigned("INVALID_SIGNATURE", "Request-Time must be given exactly once: it is part of the signed content.");
        }

        if (body.Length > MaxBodyBytes)
        {
            status = VerificationStatus.NotSigned;
            return Unsigned("PARAM_ILLEGAL", $"The body is longer than {MaxBodyBytes} bytes.");
        }

        var header = request.Headers[SignatureHeader.HeaderName];
        if (header.Count <= 1)
        {
            var verification = acquirerKeys.Verify(SignatureContent.Build(NotifyPushPayment.Path, clientId, time, body.Span), header.ToString());
            // Stricter than an acquirer should be with Alipay+: a host must name the version that it was told.
            status = verification.IsUnannounced ? VerificationStatus.UnknownKeyVersion : verification.Status;
        }

        return status switch
        {
            VerificationStatus.Valid => null,
            VerificationStatus.UnknownKeyVersion => Unsigned("KEY_NOT_FOUND", "The named key version is not known."),
            // The header's text is foreign and must not come back in an answer.
            var other => Unsigned("INVALID_SIGNATURE", $"The request is {new Verification(other, "that was named").Describe()}."),
        };
    }

    private static ScriptStep? CheckContent(HttpRequest request, NotificationReading reading)
    {
        if (!TryParseTime(TimeOf(request), out _))
        {
            return Signed("PARAM_ILLEGAL", "Request-Time must be a date and time in ISO 8601 with an offset.");
        }

        return reading.Refusals.FirstOrDefault() is { } first ? Signed("PARAM_ILLEGAL", $"{first.Field}: {first.Rule}") : null;
    }

    private static ScriptStep Unsigned(string code, string reason) => Signed(code, reason) with { Signing = AnswerSigning.None };

    private static ScriptStep Signed(string code, string reason) => ScriptStep.Failure(code) with { ResultMessage = reason };

    private static string? TimeOf(HttpRequest request) => Single(request.Headers[NotifyPushPayment.RequestTimeHeader]);

    private static string? Single(StringValues values) => values is [{ Length: > 0 } value] ? value : null;

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("UTF-8", StringComparison.OrdinalIgnoreCase));

    private static bool TryParseTime(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal,
        out time);
}
