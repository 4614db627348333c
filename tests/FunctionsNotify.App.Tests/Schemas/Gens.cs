using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>A notification whose fields were changed.</summary>
internal sealed record Mutated(string Json, string? PaymentTime);

/// <summary>Generators of notifications, sound and not.</summary>
internal static class Gens
{
    private static readonly JsonSerializerOptions _relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] _pieces =
        ["a", "Z", "0", "-", "\"", "\\", "/", " ", "\u3000", "\u00a0", "\u0085", "\u0001", "\n", "\u007f", "\ufeff", "é", "拒", "😀", "\u2028", "{", "'"];

    private static readonly Gen<string> _times = Gen.Select(
        Gen.OneOf("2020-01-01", "20200101", "2024-02-29", "2023-02-29", "2023-02-30", "2023-04-31", "2023-12-31", "0000-01-01", "2020-0101", "2020-13-01", "2020-01-00", "20-01-01"),
        Gen.OneOf("T", "T", "T", "t", " ", "T1"),
        Gen.OneOf("12:01:01", "12:01", "1201", "120101", "12:01:01.123", "12:01:01,5", "120101.5", "12:0101", "24:00", "24:00:00", "24:00:01", "240000", "23:59:60", "23:60:00", "12", "25:00"),
        Gen.OneOf("Z", "Z", "+08:30", "-0345", "+08", "+23:59", "+24:00", "+08:60", "", "z", "+8:30", "Z\n", "Z T12:00Z", "ZT12:00:00Z"),
        (date, mark, time, offset) => date + mark + time + offset);

    /// <summary>Texts of every shape that a rule knows.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
        (6, Gen.OneOf(_pieces).Array[1, 6].Select(string.Concat)),
        (2, Gen.OneOf("S", "F", "U", "s", "SUCCESS", "SUCCESS ", "RISK_REJECT", "x")),
        (1, Gen.OneOf("", " ", "\u2003\u3000", "\t")),
        (1, Gen.Select(Gen.OneOf("a", "拒", "😀"), Gen.Int[63, 66], (piece, count) => string.Concat(Enumerable.Repeat(piece, count)))),
        (1, _times));

    private static readonly Gen<string> _id = Gen.Frequency((3, Gen.String[Gen.Char.AlphaNumeric, 1, 64]), (1, Text));

    /// <summary>Notifications of which about half break a rule.</summary>
    public static Gen<PaymentNotification> Notification { get; } = Gen.Select(
        Gen.Frequency((5, Gen.OneOf(("S", "SUCCESS"), ("F", "RISK_REJECT"))), (1, Gen.Select(Text, Text))),
        Text.Null(),
        _id,
        Gen.Frequency((5, _id), (1, Gen.Const((string)null!))),
        Gen.Frequency((3, Gen.OneOf("2020-01-01T12:01:01+08:30", null!)), (1, _times)),
        (result, message, paymentId, requestId, time) => new PaymentNotification
        {
            PaymentResult = new PaymentResult { ResultStatus = result.Item1, ResultCode = result.Item2, ResultMessage = message },
            PaymentId = paymentId,
            PaymentRequestId = requestId,
            PaymentTime = time,
        });

    private static readonly Gen<string> _scalar = Gen.Frequency(
        (8, Text.Select(Quote)),
        (2, Gen.OneOf("null", "{}", "[]", "[null]", "{\"a\":null}")),
        (1, Gen.OneOf("0", "-1.5e3", "20200101234567890130000", "true", "false")));

    private static readonly Gen<string> _value = Gen.Frequency(
        (8, _scalar),
        (1, _scalar.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
        (1, Gen.Select(_scalar, _scalar, (one, other) => $"{{\"a\":{one},\"b\":[{other},{{\"c\":{one}}}]}}")));

    private static readonly Gen<(string Place, string? Value)> _change = Gen.Select(
        Gen.Frequency(
            (1, Gen.OneOf("paymentResult", "paymentResult.resultStatus", "paymentResult.resultCode", "paymentResult.resultMessage", "paymentResult.more")),
            (1, Gen.OneOf("paymentId", "paymentRequestId", "paymentTime", "more", "functionsNotify", ""))),
        Gen.Frequency((7, _value.Select(value => (string?)value)), (1, Gen.Const((string?)null))),
        (string place, string? value) => (place, value));

    /// <summary>Sound notifications with up to three fields set or taken away.</summary>
    public static Gen<Mutated> MutatedNotification { get; } = Gen.Select(
        Gen.OneOf(
            """{"paymentResult":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"paymentId":"1","paymentRequestId":"r","paymentTime":"2020-01-01T12:01:01+08:30"}""",
            """{"paymentResult":{"resultStatus":"F","resultCode":"RISK_REJECT"},"paymentId":"1"}""",
            """{"paymentId":"1","paymentTime":null,"paymentRequestId":null,"paymentResult":{"resultStatus":"F","resultCode":"X","resultMessage":null,"more":{"a":["b"]}},"more":[["x"],null]}"""),
        _change.Array[0, 3],
        (json, changes) =>
        {
            var body = JsonNode.Parse(json)!.AsObject();
            foreach (var (place, value) in changes)
            {
                Change(body, place.Split('.'), value);
            }

            return new Mutated(body.ToJsonString(_relaxed), body["paymentTime"] is JsonValue time && time.TryGetValue<string>(out var text) ? text : null);
        });

    /// <summary>The text as a JSON string.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, _relaxed);

    private static void Change(JsonObject target, ReadOnlySpan<string> place, string? value)
    {
        if (place.Length > 1)
        {
            if (target[place[0]] is JsonObject inner)
            {
                Change(inner, place[1..], value);
            }
        }
        else if (value is null)
        {
            target.Remove(place[0]);
        }
        else
        {
            target[place[0]] = JsonNode.Parse(value);
        }
    }
}
