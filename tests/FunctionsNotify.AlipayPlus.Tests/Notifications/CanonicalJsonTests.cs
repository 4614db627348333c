using System.Text;
using System.Text.Json;
using CsCheck;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" { \"b\" : \"1\" ,\n\"a\":\"2\" } ", """{"a":"2","b":"1"}""")]
    [InlineData("""{"a":null,"b":{"c":null},"d":[null]}""", """{"b":{},"d":[null]}""")]
    [InlineData("""{"a":"\u0041\/\u00e9\ud83d\ude00\u007F\u2028+"}""", """{"a":"A/\u00E9\uD83D\uDE00\u007F\u2028\u002B"}""")]
    [InlineData("""{"a":"\u0022\u005C\u0008\u0009\u000A\u000C\u000D\u001F\u0000"}""", """{"a":"\u0022\\\b\t\n\f\r\u001F\u0000"}""")]
    [InlineData("""{"é":"1","Z":"2","a":"3","😀":"4","":"5","aa":"6","\uff61":"7"}""", """{"":"5","Z":"2","a":"3","aa":"6","\u00E9":"1","\uD83D\uDE00":"4","\uFF61":"7"}""")]
    [InlineData("""[ 1.0 , 1 , 1E5 , true , "x" , {} ]""", """[1.0,1,1E5,true,"x",{}]""")]
    [InlineData(" null ", "null")]
    public void Write_Example_IsThatForm(string json, string expected) => Assert.Equal(expected, Canonical(json));

    [Theory]
    [InlineData("{\"a\":\"1\",\"a\":\"1\"}")]
    [InlineData("{\"a\":null,\"a\":\"1\"}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":\"1\"}")]
    public void Read_JsonWithMoreThanOneMeaning_HasNoHash(string json) => Assert.Null(Bodies.Read(json).CanonicalHash);

    [Fact]
    public void Hash_ReferenceSample_NeverChanges()
    {
        // Stored claims hold this hash: it was computed with another tool over the form written out by hand.
        const string canonical =
            """{"paymentId":"20200101234567890130000","paymentRequestId":"pay_1089760038715669_102775745070000","paymentResult":{"resultCode":"SUCCESS","resultMessage":"success","resultStatus":"S"},"paymentTime":"2020-01-01T12:01:01\u002B08:30"}""";

        Assert.Equal(canonical, Canonical(Bodies.Succeeded));
        Assert.Equal("a65d77d9ddd0cbb2d9be89f15ea3216cf3aea4da092e88798c17af9677a1d7d6", Bodies.Read(Bodies.Succeeded).CanonicalHash);
    }

    [Theory]
    [InlineData("\"resultMessage\":\"success\"", "\"resultMessage\":\"Success\"")]
    [InlineData("\"resultMessage\":\"success\"", "\"resultMessage\":null")]
    [InlineData("+08:30", "+08:00")]
    [InlineData("\"paymentId\"", "\"more\":\"x\",\"paymentId\"")]
    public void Read_AnotherValue_HasAnotherHash(string part, string replacement) =>
        Assert.NotEqual(Bodies.Read(Bodies.Succeeded).CanonicalHash, Bodies.Read(Bodies.Changed(part, replacement)).CanonicalHash);

    [Fact]
    public void Read_RefusedForItsFields_StillHasAHash()
    {
        var reading = Bodies.Read("""{"n":1}""");

        Assert.False(reading.IsAccepted);
        Assert.Equal(Bodies.Read("""{ "n":1, "unused":null }""").CanonicalHash, reading.CanonicalHash);
    }

    [Fact]
    public void Write_AnySpelling_IsTheSameForm() =>
        Gen.Select(Gens.Value, Gen.Int).Sample((value, chance) =>
        {
            var canonical = Canonical(value.Spell(new Random(chance)));
            Assert.Equal(value.Canonical(), canonical);
            Assert.Equal(canonical, Canonical(canonical));
        }, iter: 3_000);

    [Fact]
    public void Write_AnyOneValueChanged_IsAnotherForm() =>
        Gen.Select(Gens.Value, Gen.Int).Where((value, _) => CountScalars(value) > 0).Sample((value, chance) =>
        {
            var random = new Random(chance);
            var target = random.Next(CountScalars(value));
            Assert.NotEqual(Canonical(value.Spell(random)), Canonical(Change(value, ref target).Spell(random)));
        }, iter: 3_000);

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(CanonicalJson.Write(document.RootElement));
    }

    private static int CountScalars(NaiveJson value) => value switch
    {
        NaiveJson.List list => list.Items.Sum(CountScalars),
        NaiveJson.Map map => map.Members.Sum(member => CountScalars(member.Value)),
        _ => 1,
    };

    private static NaiveJson Change(NaiveJson value, ref int target)
    {
        switch (value)
        {
            case NaiveJson.List list:
                var items = new NaiveJson[list.Items.Length];
                for (var index = 0; index < items.Length; index++)
                {
                    items[index] = Change(list.Items[index], ref target);
                }

                return new NaiveJson.List(items);
            case NaiveJson.Map map:
                var members = new (string Name, NaiveJson Value)[map.Members.Length];
                for (var index = 0; index < members.Length; index++)
                {
                    members[index] = (map.Members[index].Name, Change(map.Members[index].Value, ref target));
                }

                return new NaiveJson.Map(members);
            default:
                return target-- != 0 ? value : value is NaiveJson.Text text ? new NaiveJson.Text(text.Value + "!") : new NaiveJson.Text("other");
        }
    }
}
