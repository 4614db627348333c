using CsCheck;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

/// <summary>Generators of JSON values and of notifications.</summary>
internal static class Gens
{
    private static readonly string[] Pieces =
    [
        "a", "b", "Z", "0", "\"", "\\", "/", "\n", "\t", "\b", "\f", "\r", "\u0001", "\u001f", "\u007f", "é", "拒", "\u2028", "\ufeff",
        "\uffff", "😀", "\U0010ffff", " ", "<", "&", "'", "+", "u0041", "{", "}",
    ];

    /// <summary>Any text that is Unicode, the empty one included.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf(Pieces).Array[0, 8].Select(string.Concat);

    /// <summary>A text that is at least one character.</summary>
    public static Gen<string> FilledText { get; } = Gen.OneOf(Pieces).Array[1, 8].Select(string.Concat);

    public static Gen<NaiveJson> Scalar { get; } = Gen.Frequency(
        (8, Text.Select(NaiveJson (text) => new NaiveJson.Text(text))),
        (1, Gen.OneOf("0", "-1", "1.0", "1", "1e5", "1E5", "123456789012345678901234567890").Select(NaiveJson (spelling) => new NaiveJson.Number(spelling))),
        (1, Gen.OneOf("true", "false", "null").Select(NaiveJson (spelling) => new NaiveJson.Word(spelling))));

    /// <summary>A value of at most four levels.</summary>
    public static Gen<NaiveJson> Value { get; } = Nested(Nested(Nested(Scalar)));

    /// <summary>A notification that no rule refuses.</summary>
    public static Gen<PaymentNotification> Notification { get; } = Gen.Select(
        Gen.Bool,
        Id,
        Id,
        FilledText.Select(text => text + "x"),
        FilledText.Null(),
        Gen.OneOf("2020-01-01T12:01:01+08:30", "2020-01-01T12:01:01Z", "2024-02-29T23:59:59.123-03:45", null),
        (succeeded, paymentId, requestId, code, message, time) => new PaymentNotification
        {
            PaymentResult = new PaymentResult { ResultStatus = succeeded ? "S" : "F", ResultCode = succeeded ? "SUCCESS" : code, ResultMessage = message },
            PaymentId = paymentId,
            PaymentRequestId = succeeded || requestId.Length % 2 == 0 ? requestId : null,
            PaymentTime = time,
        });

    private static Gen<string> Id => Gen.OneOf("a", "Z", "0", "_", "-", "é", "拒", "😀", "\"", "\\", "/", "#", "?").Array[1, 64].Select(string.Concat);

    private static Gen<NaiveJson> Nested(Gen<NaiveJson> inner) => Gen.Frequency(
        (2, inner),
        (1, inner.Array[0, 4].Select(NaiveJson (items) => new NaiveJson.List(items))),
        (3, Gen.Select(Text, inner).Array[0, 5].Select(NaiveJson (members) => new NaiveJson.Map(
            [.. members.Select(member => (Name: member.Item1, Value: member.Item2)).DistinctBy(member => member.Name)]))));
}
