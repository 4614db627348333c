using System.Text;

namespace FunctionsNotify.Cli.Tests;

public sealed class CallBodyTests
{
    [Fact]
    public void Write_Correction_KeepsTheGivenBytes()
    {
        var given = "{ \"paymentId\" : \"p\",\"resultMessage\":\"Größe \\/ \\u0041\" }"u8.ToArray();
        var body = new CallBody { Actor = "a", Reason = "r", Body = GivenFile.Object("--body", [.. given, (byte)'\n']) };
        Assert.Equal($"{{\"actor\":\"a\",\"reason\":\"r\",\"body\":{Encoding.UTF8.GetString(given)}}}", Encoding.UTF8.GetString(body.Write()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,}")]
    public void Object_NoObject_IsRefused(string text) =>
        Assert.Equal(ExitCodes.Usage, Assert.Throws<CliFault>(() => GivenFile.Object("--body", Encoding.UTF8.GetBytes(text))).ExitCode);
}
