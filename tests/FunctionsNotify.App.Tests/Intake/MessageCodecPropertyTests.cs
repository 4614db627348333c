using System.Diagnostics;
using System.Text;
using CsCheck;
using FunctionsNotify.Client;

namespace FunctionsNotify.App.Tests.Storage;

public sealed class MessageCodecPropertyTests
{
    private static readonly Gen<string> Whitespace = Gen.OneOf("", " ", "\n", "\r\n", "\t  ");

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 12],
        Gen.OneOf("functionsNotify", "notification", "ümläut", "支付", "😀", "\\\"quoted\\\"", "\\u0041\\ud83d\\ude00", "{}[],:"));

    // Any object in any layout, so that a slice off by one byte shows.
    private static readonly Gen<string> Object = Gen.Recursive<string>((depth, self) =>
        Gen.Select(
            Gen.Select(Text, Whitespace, depth < 4 ? Gen.OneOf(Text.Select(text => $"\"{text}\""), self, self.Select(item => $"[{item},null]")) : Gen.Const("7")).Array[0, 4],
            Whitespace,
            (members, blank) => "{" + blank + string.Join(blank + ",", members.Select((member, index) => $"\"m{index}{member.Item1}\"{member.Item2}:{member.Item2}{member.Item3}")) + blank + "}"));

    private static readonly Gen<Func<byte[], byte[]>> Wrapping = Gen.OneOf<Func<byte[], byte[]>>(
        bytes => bytes,
        bytes => [0xEF, 0xBB, 0xBF, .. bytes],
        bytes => [.. " \r\n"u8, .. bytes, (byte)'\n'],
        bytes => Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes)),
        bytes => Encoding.UTF8.GetBytes(Convert.ToBase64String([0xEF, 0xBB, 0xBF, .. bytes], Base64FormattingOptions.InsertLineBreaks)),
        bytes => Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes)))));

    [Fact]
    public void Decode_AnyObjectBareInAnyWrapping_GivesItsExactBytes() =>
        Gen.Select(Object, Wrapping).Sample(
            (text, wrap) =>
            {
                var body = Encoding.UTF8.GetBytes(text);
                var decoded = MessageCodec.Decode(wrap(body));
                return decoded.IsAccepted && decoded.Notification!.Value.Span.SequenceEqual(body);
            },
            iter: 5_000);

    [Fact]
    public void Decode_AnyObjectInTheClientsEnvelope_GivesItsExactBytes() =>
        Gen.Select(Object, Wrapping, Gen.Bool).Sample(
            (text, wrap, isTraced) =>
            {
                var body = Encoding.UTF8.GetBytes(text);
                using var activity = isTraced ? new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start() : null;
                var decoded = MessageCodec.Decode(wrap(NotificationEnvelope.Write(body, activity)));
                return decoded is { IsAccepted: true, Violations.Count: 0 }
                    && decoded.Notification!.Value.Span.SequenceEqual(body)
                    && decoded.TraceParent == activity?.Id;
            },
            iter: 5_000);

    [Fact]
    public void Decode_AnyBytes_NeverThrowsAndSaysWhy() =>
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.OneOf("{}\"[],: \\u0d8"u8.ToArray()).Array[0, 100]).Sample(AssertTotal, iter: 10_000);

    [Fact]
    public void Decode_AnyMutationOfAMessage_NeverThrowsAndSaysWhy() =>
        Gen.Select(Gen.OneOf(Messages()), Gen.Select(Gen.Int[0, 3], Gen.Int[0, 10_000], Gen.Byte).Array[1, 6]).Sample(
            (message, edits) => AssertTotal(edits.Aggregate(message, Mutate)),
            iter: 20_000);

    private static byte[][] Messages()
    {
        var envelope = Encoding.UTF8.GetBytes(
            $$"""{"functionsNotify":1,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"a=b","notification":{{Encoding.UTF8.GetString(Given.Body)}}}""");
        return [Given.Body, envelope, Encoding.UTF8.GetBytes(Convert.ToBase64String(Given.Body)), Encoding.UTF8.GetBytes(Convert.ToBase64String(envelope))];
    }

    private static byte[] Mutate(byte[] bytes, (int Kind, int Place, byte Value) edit)
    {
        var place = bytes.Length == 0 ? 0 : edit.Place % bytes.Length;
        return edit.Kind switch
        {
            0 when bytes.Length > 0 => [.. bytes[..place], edit.Value, .. bytes[(place + 1)..]],
            1 when bytes.Length > 0 => [.. bytes[..place], .. bytes[(place + 1)..]],
            2 => bytes[..place],
            _ => [.. bytes[..place], edit.Value, .. bytes[place..]],
        };
    }

    private static bool AssertTotal(byte[] content)
    {
        var reading = IntakeReading.Of(content);
        var refusals = reading.Violations.Count(violation => violation.Severity == Severity.Refuse);
        return reading.IsAccepted == (refusals == 0)
            && (reading.Decoded.Notification is not { } slice || content.Length >= slice.Length);
    }
}
