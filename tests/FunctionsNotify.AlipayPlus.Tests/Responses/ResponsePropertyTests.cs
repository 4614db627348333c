using System.Text;
using System.Text.Json;
using CsCheck;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class ResponsePropertyTests
{
    private const string Time = "2025-02-20T08:51:50Z";

    private static readonly DateTimeOffset Start = new(2025, 2, 20, 8, 51, 49, TimeSpan.Zero);
    private static readonly AttemptTiming Timing = new(Start, Start.AddSeconds(1), TimeSpan.FromSeconds(1));

    private static readonly Gen<string?> Nothing = Gen.Const((string?)null);

    private static readonly Gen<string> Status = Gen.OneOf(Consts("S", "F", "U"), Gen.String[0, 4]);
    private static readonly Gen<string> Code = Gen.OneOf(Consts([.. ResultCodeCatalogue.All.Select(entry => entry.Code)]), Gen.String[0, 80]);

    private static readonly Gen<byte[]> Body = Gen.Frequency(
        (4, Gen.Select(Status, Code, (status, code) => JsonSerializer.SerializeToUtf8Bytes(new { result = new { resultStatus = status, resultCode = code } }))),
        (1, Gen.Byte.Array[0, 200]));

    private static readonly Gen<NotifyResponse> Response = Gen.Select(
        Gen.Int[100, 599], Gen.OneOf(Consts("0", "9", "-3", "never", "Thu, 20 Feb 2025 08:53:49 GMT"), Nothing), Gen.OneOf(Gen.String[0, 20], Nothing), Body,
        (status, retryAfter, time, body) => new NotifyResponse { HttpStatus = status, RetryAfter = retryAfter, ResponseTime = time, Body = body });

    [Fact]
    public void Classify_AnyAnswerWithoutAValidSignature_NeverEndsADelivery() =>
        Gen.Select(Response, Gen.Enum<VerificationStatus>().Where(status => status != VerificationStatus.Valid)).Sample(
            (response, status) =>
            {
                var result = ResponseClassifier.Classify(response, new Verification(status, "1"), Timing);
                return result.Kind is AttemptKind.NoResult or AttemptKind.SetupRejected
                    && result.Detail is not null
                    && !(result.RetryAfter < TimeSpan.Zero);
            },
            iter: 20_000);

    [Fact]
    public void Classify_AnySignedAnswer_FollowsItsStatus() =>
        Gen.Select(Status, Code, Gen.Int[100, 599]).Sample(
            (status, code, httpStatus) =>
            {
                var body = JsonSerializer.SerializeToUtf8Bytes(new { result = new { resultStatus = status, resultCode = code } });
                var response = new NotifyResponse { HttpStatus = httpStatus, ResponseTime = Time, Body = body };
                var expected = status switch
                {
                    "S" => AttemptKind.Acknowledged,
                    "F" when ResultCodeCatalogue.IsSetUpCode(code) => AttemptKind.SetupRejected,
                    "F" => AttemptKind.Rejected,
                    "U" => AttemptKind.Unknown,
                    _ => AttemptKind.NoResult,
                };
                return ResponseClassifier.Classify(response, new Verification(VerificationStatus.Valid, "1"), Timing).Kind == expected;
            },
            iter: 10_000);

    [Fact]
    public void VerifyAndClassify_MutatedSignedAnswers_NeverEndADelivery()
    {
        var random = new Random(9500);
        var seeds = Seeds().ToArray();
        Assert.All(seeds, seed => Assert.True(TestKeys.Verifier.Verify(seed).IsValid));
        for (var i = 0; i < 20_000; i++)
        {
            var seed = seeds[i % seeds.Length];
            var mutated = random.Next(4) == 0
                ? seed with { Signature = MutateText(random, seed.Signature!) }
                : seed with { Body = MutateBytes(random, seed.Body!.Value.ToArray()) };
            if (SameSignature(seed, mutated) && mutated.Body!.Value.Span.SequenceEqual(seed.Body!.Value.Span))
            {
                continue;
            }

            var result = ResponseClassifier.Classify(mutated, TestKeys.Verifier.Verify(mutated), Timing);
            Assert.True(result.Kind is AttemptKind.NoResult or AttemptKind.SetupRejected, $"case {i}: {result.Kind}");
        }
    }

    [Fact]
    public void Classify_MutatedBodiesTakenAsSigned_AreReadOneWayOnly()
    {
        var random = new Random(8259);
        var seeds = Seeds().Select(seed => seed.Body!.Value.ToArray()).ToArray();
        var ended = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var body = MutateBytes(random, seeds[i % seeds.Length]);
            var response = new NotifyResponse { HttpStatus = 200, ResponseTime = Time, Body = body };
            var result = ResponseClassifier.Classify(response, new Verification(VerificationStatus.Valid, "7"), Timing);
            if (result.Kind is AttemptKind.Acknowledged or AttemptKind.Rejected or AttemptKind.Unknown)
            {
                ended++;
                using var document = JsonDocument.Parse(body);
                Assert.Equal(result.ResultStatus, document.RootElement.GetProperty("result").GetProperty("resultStatus").GetString());
            }
        }

        // Both readable and unreadable bodies were reached.
        Assert.InRange(ended, 1_000, 19_000);
    }

    private static Gen<string> Consts(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static IEnumerable<NotifyResponse> Seeds() =>
        new[]
        {
            """{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"}}""",
            """{"result":{"resultStatus":"F","resultCode":"PROCESS_FAIL","resultMessage":"拒絶"}}""",
            """{"result":{"resultCode":"UNKNOWN_EXCEPTION","resultStatus":"U"},"extra":["1",{"a":null}]}""",
        }.Select(Encoding.UTF8.GetBytes).Select(body => new NotifyResponse
        {
            HttpStatus = 200,
            ClientId = TestKeys.ClientId,
            ResponseTime = Time,
            Signature = TestKeys.SignResponse(Time, body),
            Body = body,
        });

    private static bool SameSignature(NotifyResponse one, NotifyResponse other) =>
        SignatureHeader.TryParse(one.Signature, out var first)
        && SignatureHeader.TryParse(other.Signature, out var second)
        && first.Signature.Span.SequenceEqual(second.Signature.Span);

    private static string MutateText(Random random, string text)
    {
        var characters = text.ToCharArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            characters[random.Next(characters.Length)] = (char)random.Next(0x20, 0x7F);
        }

        return random.Next(8) == 0 ? new string(characters, 0, random.Next(characters.Length)) : new string(characters);
    }

    private static byte[] MutateBytes(Random random, byte[] seed)
    {
        ReadOnlySpan<byte> interesting = "{}[]\":,SFU\\ \t\n01tfn"u8;
        var bytes = new List<byte>(seed);
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = interesting[random.Next(interesting.Length)];
                    break;
                case 2:
                    bytes.Insert(at, interesting[random.Next(interesting.Length)]);
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(0, random.Next(bytes.Count)));
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
            }
        }

        return [.. bytes];
    }
}
