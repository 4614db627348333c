using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

/// <summary>
/// Mutated bodies, judged a second time by <see cref="NaiveRules"/>. The cases are the same at every run; a failure
/// prints its seed and body. NOTIFY_FUZZ_SEED starts elsewhere, NOTIFY_FUZZ_CASES asks for more.
/// </summary>
public sealed class NotificationFuzzTests
{
    private static readonly int FirstSeed = Setting("NOTIFY_FUZZ_SEED", 1);
    private static readonly int Cases = Setting("NOTIFY_FUZZ_CASES", 50_000);

    private static readonly string[] Seeds =
    [
        Bodies.Succeeded,
        Bodies.Failed,
        """{"paymentId":"1","paymentResult":{"resultStatus":"F","resultCode":"X","resultMessage":null},"paymentTime":null}""",
        """{"paymentId":"\u0031\ud83d\ude00","paymentResult":{"resultStatus":"\u0053","resultCode":"SUCCESS"},"paymentRequestId":"r","extra":{"a":["x",{"b":"y","c":null}],"d":[[["z"]]]}}""",
        """ { "more" : [ null , "x" ] , "paymentId" : "1" , "paymentResult" : { "resultStatus" : "F" , "resultCode" : "X" } , "paymentTime" : "20200101T120101Z" } """,
    ];

    // Latin-1 stands for bytes, so that invalid UTF-8 can be named.
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "\"", "\\", "{", "}", "[", "]", ":", ",", " ", "\n", "\0", "\u001f", "/", "//", "/**/", "null", "true", "false", "1", "-0", "1e999", "NaN", "\"\"",
            "\"x\"", "{}", "[]", "{\"a\":\"b\"}", "[[[[[[[[[[[[", "]]]]]]]]]]]]", "\\u", "\\u0000", "\\u0041", "\\ud83d", "\\ude00", "\\ud83d\\ude00", "\\n", "\\x",
            "\u00ff", "\u0080", "\u00c3\u00a9", "\u00ed\u00a0\u0080", "\u00f0\u009f\u0098\u0080", "\u00ef\u00bb\u00bf", ",\"paymentId\":\"1\"", "\"paymentId\":", "\"resultStatus\":\"F\"",
            "\"resultCode\":\"SUCCESS\"", "\"a\":\"1\",", ",\"b\":null", "U", "S", "F", "SUCCESS", "T", "Z", "+08:30", "2020-02-30", "24:00:00", "60", "\u00e2\u0080\u00a8",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    [Fact]
    public void Read_MutatedBodies_NeverThrowsAndAgreesWithTheNaiveRules()
    {
        var accepted = 0;
        var sound = 0;
        for (var seed = FirstSeed; seed < FirstSeed + Cases; seed++)
        {
            var body = Mutate(new Random(seed));
            Guard(seed, body, () =>
            {
                var reading = NotificationReader.Read(body);
                Assert.Equal(NaiveRules.Accepts(body), reading.IsAccepted);
                Assert.Equal(reading.IsAccepted, !reading.Refusals.Any());
                Assert.InRange(reading.Violations.Count, 0, 50);
                var naive = NaiveJson.Parse(body);
                Assert.Equal(naive is not null, reading.CanonicalHash is not null);
                if (naive is not null)
                {
                    sound++;
                    Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(naive.Canonical()))), reading.CanonicalHash);
                }

                if (reading.Notification is { } notification)
                {
                    accepted++;
                    Assert.Equal(notification.PaymentId, reading.PaymentId);
                    Assert.Equal(notification, NotificationReader.Read(NotificationWriter.Write(notification)).Notification);
                }
            });
        }

        // Mutations that nearly always or never break the body would test one side only.
        Assert.InRange(accepted, Cases / 20, Cases * 19 / 20);
        Assert.InRange(sound, accepted + (Cases / 100), Cases * 19 / 20);
    }

    [Fact]
    public void Read_RandomBytes_NeverThrowsAndIsNeverAccepted()
    {
        for (var seed = FirstSeed; seed < FirstSeed + (Cases / 10); seed++)
        {
            var random = new Random(seed);
            var body = new byte[random.Next(200)];
            random.NextBytes(body);
            Guard(seed, body, () => Assert.False(NotificationReader.Read(body).IsAccepted));
        }
    }

    [Fact]
    public void Read_MutatedBombs_NeverThrowsAndIsNeverAccepted()
    {
        string[] units = ["[", "{\"a\":", "{\"a\":1,", "\"a\":\"1\",", "9", "\\ud800", "\"\\ud800\",", "\u00ff", "[1],", "null,", "\"", "\\", "{}"];
        for (var seed = FirstSeed; seed < FirstSeed + (Cases / 500); seed++)
        {
            var random = new Random(seed);
            var bomb = new StringBuilder("{\"bomb\":");
            var unit = units[random.Next(units.Length)];
            bomb.Append(random.Next(3) switch { 0 => "[", 1 => "\"", _ => "" });
            bomb.Insert(bomb.Length, unit, random.Next(60_000) / unit.Length);
            var body = Encoding.Latin1.GetBytes(bomb.Append(random.Next(2) == 0 ? "]}" : "\"}").ToString());
            Guard(seed, body, () =>
            {
                var reading = NotificationReader.Read(body);
                Assert.False(reading.IsAccepted);
                Assert.InRange(reading.Violations.Count, 1, 50);
            });
        }
    }

    private static byte[] Mutate(Random random)
    {
        var body = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]).ToList();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var at = random.Next(body.Count);
            var length = Math.Min(random.Next(1, 12), body.Count - at);
            var token = Tokens[random.Next(Tokens.Length)];
            switch (random.Next(9))
            {
                case 0:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    body[at] = (byte)random.Next(' ', 0x7f);
                    break;
                case 2:
                    body.RemoveRange(at, length);
                    break;
                case 3:
                    body.InsertRange(at, token);
                    break;
                case 4:
                    body.InsertRange(random.Next(body.Count), body.GetRange(at, length));
                    break;
                case 5:
                    ReplaceText(body, random, token);
                    break;
                case 6:
                    ReplaceText(body, random, [(byte)'"', .. token, (byte)'"']);
                    break;
                case 7:
                    ReplaceText(body, random, Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "null" : "{\"a\":[\"b\",null]}"));
                    break;
                default:
                    InsertMember(body, random, token);
                    break;
            }

            if (body.Count == 0)
            {
                break;
            }
        }

        return [.. body];
    }

    // Whole strings are exchanged too: changes that keep the JSON whole are the ones that reach the rules.
    private static void ReplaceText(List<byte> body, Random random, byte[] replacement)
    {
        var quotes = Enumerable.Range(0, body.Count).Where(index => body[index] == '"').ToArray();
        if (quotes.Length < 2)
        {
            return;
        }

        var first = random.Next(quotes.Length / 2) * 2;
        body.RemoveRange(quotes[first], quotes[first + 1] - quotes[first] + 1);
        body.InsertRange(quotes[first], replacement);
    }

    private static void InsertMember(List<byte> body, Random random, byte[] token)
    {
        var braces = Enumerable.Range(0, body.Count).Where(index => body[index] == '{').ToArray();
        if (braces.Length > 0)
        {
            byte[] value = random.Next(2) == 0 ? token : [(byte)'"', .. token, (byte)'"'];
            body.InsertRange(braces[random.Next(braces.Length)] + 1, [.. "\"new\":"u8, .. value, (byte)',']);
        }
    }

    private static void Guard(int seed, byte[] body, Action check)
    {
        try
        {
            check();
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Seed {seed}, body in base64: {Convert.ToBase64String(body.AsSpan(0, Math.Min(body.Length, 2_000)))}", fault);
        }
    }

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : standard;
}
