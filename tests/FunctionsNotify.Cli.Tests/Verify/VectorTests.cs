using System.Text;
using System.Text.Json;


namespace FunctionsNotify.Cli.Tests;

/// <summary>The command over captured files, with the signing vectors that two independent signers made.</summary>
public sealed class VectorTests : IDisposable
{
    private static readonly string _vectors = Path.Combine(Repository.Root, "tests", "vectors");

    private readonly TemporaryFolder _folder = new();
    private readonly NotifyUnderTest _notify = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Request_CaptureOfOneFile_Holds()
    {
        var capture = Request();
        var ending = (await _notify.RunAsync("verify", "request", "--capture", _folder.Write("c", capture), "--own-key", Key("pkcs8"))).EndsWith(ExitCodes.Done);
        Assert.StartsWith("Valid", ending.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_SavedByAnEditor_SaysSo()
    {
        var capture = Request();
        var ending = (await _notify.RunAsync("verify", "request", "--capture", _folder.Write("c", [.. capture, (byte)'\n']), "--own-key", Key("spki"))).EndsWith(ExitCodes.NotDone);
        Assert.Contains("Explained by NewlineAfterBody", Assert.Single(ending.Out.Split('\n'), line => line.StartsWith("Explained", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("Content-Length says", ending.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_HeadersAndBody_AreCheckedWithAlipayPlusKeys()
    {
        var (headers, body) = Response();
        string[] files = ["--headers", _folder.Write("h", headers), "--body", _folder.Write("b", body)];

        (await _notify.RunAsync(["verify", "response", .. files, "--alipay-plus-key", "1=" + Key("spki"), "--client-id", ClientId])).EndsWith(ExitCodes.Done);
        var other = (await _notify.RunAsync(["verify", "response", .. files, "--alipay-plus-key", "2=" + Key("spki"), "--client-id", ClientId, "--json"])).EndsWith(ExitCodes.Done).Json;

        Assert.Equal("Valid", other.GetProperty("status").GetString());
        Assert.Equal("WrongKeyVersion", other.GetProperty("notes")[0].GetProperty("mistake").GetString());
    }

    [Fact]
    public async Task Response_OwnKeyAmongAlipayPlusKeys_IsNamed()
    {
        var (headers, body) = Response();
        var ring = Directory.CreateDirectory(_folder.File("ring")).FullName;
        File.Copy(Key("spki"), Path.Combine(ring, "1.pem"));
        _notify.Environment["AlipayPlus__PublicKeysPath"] = ring;
        _notify.Environment["AlipayPlus__PrivateKeyPath"] = Key("pkcs8");
        var ending = await _notify.RunAsync("verify", "response", "--headers", _folder.Write("h", headers), "--body", _folder.Write("b", body));
        Assert.Contains("KeyOfOtherSide", ending.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my key.pem", "--alipay-plus-keys, my key.pem: the version must be 1-32 letters")]
    [InlineData(".pem", "--alipay-plus-keys, .pem: the version must be 1-32 letters")]
    public async Task Response_FileNamesNoKeyVersion_IsUsage(string file, string problem)
    {
        var (headers, body) = Response();
        File.Copy(Key("spki"), _folder.File(file));

        var ending = (await _notify.RunAsync("verify", "response", "--headers", _folder.Write("h", headers), "--body", _folder.Write("b", body), "--alipay-plus-keys", _folder.Path)).EndsWith(ExitCodes.Usage);

        Assert.Contains(problem, ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_NoKeyVersion_IsUsage()
    {
        string[] command = ["verify", "request", "--capture", _folder.Write("c", Request()), "--own-key", Key("pkcs8")];

        Assert.Contains("--key-version: must be 1-32 letters", (await _notify.RunAsync([.. command, "--key-version", "v 1"])).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);
        _notify.Environment["AlipayPlus__KeyVersion"] = "v 1";
        Assert.Contains("AlipayPlus__KeyVersion: must be 1-32 letters", (await _notify.RunAsync(command)).EndsWith(ExitCodes.Usage).Error, StringComparison.Ordinal);
    }

    private static string ClientId => Vectors().GetProperty("clientId").GetString()!;

    private static string Key(string form) => Path.Combine(_vectors, $"rfc9500-testrsa2048.{form}.pem");

    private static JsonElement Vectors()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_vectors, "signing.json")));
        return document.RootElement.Clone();
    }

    private static JsonElement Vector(string name) =>
        Vectors().GetProperty("vectors").EnumerateArray().Single(vector => vector.GetProperty("name").GetString()!.StartsWith(name, StringComparison.Ordinal));

    private static string Headers(JsonElement vector, string timeHeader) =>
        $"Client-Id: {ClientId}\r\n{timeHeader}: {vector.GetProperty("time").GetString()}\r\nContent-Type: application/json; charset=UTF-8\r\nsignature: algorithm=RSA256,keyVersion=1,signature={vector.GetProperty("signatureHeaderValue").GetString()}\r\n";

    private static byte[] Body(JsonElement vector) => Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!);

    private static byte[] Request()
    {
        var vector = Vector("request, payment failed");
        var body = Body(vector);
        var head = $"POST {Vectors().GetProperty("path").GetString()} HTTP/1.1\r\nHost: open-na.alipayplus.com\r\nContent-Length: {body.Length}\r\n{Headers(vector, "Request-Time")}\r\n";
        return [.. Encoding.UTF8.GetBytes(head), .. body];
    }

    private static (string Headers, byte[] Body) Response()
    {
        var vector = Vector("response");
        return ("HTTP/1.1 200 OK\n" + Headers(vector, "Response-Time"), Body(vector));
    }
}
