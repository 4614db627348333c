using System.Globalization;
using System.Net.Http.Headers;
using FunctionsNotify.AlipayPlus;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FunctionsNotify.Simulator;

/// <summary>
/// Checks a request as Alipay+ would, in a gateway's order: address, method, media type, client, key, signature, field
/// rules, contradiction. What comes before the signature holds is answered unsigned <c>[sdk]</c>; the order and the
/// HTTP status 200 of every refusal are ours <c>[decided]</c>.
/// </summary>
internal sealed class RequestJudge(
    string clientId, PublicKeyRing acquirerKeys, SimulatorSetup setup, AcknowledgedPayments acknowledged, TimeSpan requestTimeTolerance)
{
    public Judgement Judge(HttpRequest request, RequestBody body, DateTimeOffset now)
    {
        var path = request.Path.Value ?? string.Empty;
        if (path != NotifyPushPayment.Path)
        {
            return Early("NO_INTERFACE_DEF", $"There is no interface at this path; expected {NotifyPushPayment.Path}.");
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            return Early("METHOD_NOT_SUPPORTED", "The method must be POST.");
        }

        var reading = NotificationReader.Read(body.Bytes);
        var early = IsJson(request.ContentType)
            ? CheckSender(request.Headers)
            : Unsigned("MEDIA_TYPE_NOT_ACCEPTABLE", "Content-Type must be application/json; charset=UTF-8.");
        if (early is not null)
        {
            return Refused(early, VerificationStatus.NotSigned, reading, []);
        }

        var time = Single(request.Headers[NotifyPushPayment.RequestTimeHeader]);
        if (time is null)
        {
            return Refused(Unsigned("INVALID_SIGNATURE", "Request-Time must be given exactly once: it is part of the signed content."), VerificationStatus.Malformed, reading, []);
        }

        if (!body.IsWhole)
        {
            return Refused(Unsigned("PARAM_ILLEGAL", $"The body is longer than {RequestBody.MaxBytes} bytes."), VerificationStatus.NotSigned, reading, []);
        }

        var signature = request.Headers[SignatureHeader.HeaderName];
        var verification = signature.Count > 1
            ? new Verification(VerificationStatus.Malformed)
            : acquirerKeys.Verify(SignatureContent.Build(path, clientId, time, body.Bytes.Span), signature.ToString());
        if (!verification.IsValid)
        {
            var code = verification.Status == VerificationStatus.UnknownKeyVersion ? "KEY_NOT_FOUND" : "INVALID_SIGNATURE";
            return Refused(Unsigned(code, $"The request is {Shape(verification.Status)}."), verification.Status, reading, []);
        }

        return JudgeContent(time, reading, now);
    }

    private Judgement JudgeContent(string time, NotificationReading reading, DateTimeOffset now)
    {
        if (!TryParseTime(time, out var sentAt))
        {
            return Refused(Signed("PARAM_ILLEGAL", "Request-Time must be a date and time in ISO 8601 with an offset."), VerificationStatus.Valid, reading, []);
        }

        IReadOnlyList<string> warnings = (now - sentAt).Duration() > requestTimeTolerance
            ? [$"Request-Time is more than {requestTimeTolerance:c} away from the simulator's clock."]
            : [];
        if (!reading.IsAccepted)
        {
            var first = reading.Refusals.First();
            return Refused(Signed("PARAM_ILLEGAL", $"{first.Field}: {first.Rule}"), VerificationStatus.Valid, reading, warnings);
        }

        if (acknowledged.Contradicts(reading.PaymentId!, reading.CanonicalHash!))
        {
            return Contradiction(reading.PaymentId, reading.CanonicalHash, reading.Violations, warnings);
        }

        var verdict = new RequestVerdict
        {
            IsAccepted = true,
            Signature = VerificationStatus.Valid,
            Violations = reading.Violations,
            Warnings = warnings,
        };
        return new(verdict, reading.PaymentId, reading.CanonicalHash, null);
    }

    /// <summary>The judgement of a request that contradicts what its payment was acknowledged with.</summary>
    public static Judgement Contradiction(string? paymentId, string? canonicalHash, IReadOnlyList<Violation> violations, IReadOnlyList<string> warnings)
    {
        const string Reason = "The payment was acknowledged with another content.";
        var verdict = new RequestVerdict
        {
            IsAccepted = false,
            Signature = VerificationStatus.Valid,
            Violations = violations,
            Refusal = Reason,
            Warnings = warnings,
            IsContradiction = true,
        };
        return new(verdict, paymentId, canonicalHash, Signed("REPEAT_REQ_INCONSISTENT", Reason));
    }

    private ScriptStep? CheckSender(IHeaderDictionary headers)
    {
        var sender = Single(headers[NotifyPushPayment.ClientIdHeader]);
        if (sender is null)
        {
            return Unsigned("INVALID_CLIENT", "Client-Id must be given exactly once.");
        }

        if (sender != clientId)
        {
            return Unsigned("INVALID_CLIENT", "The Client-Id is not known.");
        }

        return setup.AcquirerKeyKnown ? null : Unsigned("KEY_NOT_FOUND", "No public key of this client is known.");
    }

    private static Judgement Early(string code, string reason) =>
        new(new RequestVerdict { IsAccepted = false, Signature = VerificationStatus.NotSigned, Refusal = reason }, null, null, Unsigned(code, reason));

    private static Judgement Refused(ScriptStep answer, VerificationStatus signature, NotificationReading reading, IReadOnlyList<string> warnings)
    {
        var verdict = new RequestVerdict
        {
            IsAccepted = false,
            Signature = signature,
            Violations = reading.Violations,
            Refusal = answer.ResultMessage,
            Warnings = warnings,
        };
        return new(verdict, reading.PaymentId, reading.CanonicalHash, answer);
    }

    private static ScriptStep Unsigned(string code, string reason) => Signed(code, reason) with { Signing = AnswerSigning.None };

    private static ScriptStep Signed(string code, string reason) => ScriptStep.Failure(code) with { ResultMessage = reason };

    // The header's text is foreign and must not come back in an answer.
    private static string Shape(VerificationStatus status) => new Verification(status, "that was named").Describe();

    private static string? Single(StringValues values) => values is [{ Length: > 0 } value] ? value : null;

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("UTF-8", StringComparison.OrdinalIgnoreCase));

    private static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        // The platform's parser alone would take a time without an offset for local time.
        var hasOffset = text.EndsWith('Z') || (text.Length > 19 && text.AsSpan(19).IndexOfAny('+', '-') >= 0);
        return hasOffset
            && text.Length > 19 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
