using FunctionsNotify.DevHost;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Scenarios.DevHost;

public sealed class LoopbackGuardTests
{
    [Theory]
    [InlineData("localhost:5080", true)]
    [InlineData("127.0.0.1:5080", true)]
    [InlineData("127.0.0.2", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("evil.example", false)]
    [InlineData("evil.example:5080", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("192.168.0.1:5080", false)]
    [InlineData("", false)]
    public void Refusal_Host_MustBeLoopback(string host, bool allowed)
    {
        Assert.Equal(allowed, LoopbackGuard.Refusal(Request("GET", host, null)) is null);
        Assert.Equal(allowed, LoopbackGuard.Refusal(Request("POST", host, null)) is null);
    }

    [Theory]
    [InlineData("POST", "http://127.0.0.1:5080", true)]
    [InlineData("POST", "http://127.0.0.1:5081", false)]
    [InlineData("POST", "https://127.0.0.1:5080", false)]
    [InlineData("POST", "http://evil.example", false)]
    [InlineData("POST", "null", false)]
    [InlineData("POST", "", false)]
    [InlineData("PUT", "http://evil.example", false)]
    [InlineData("GET", "http://evil.example", true)]
    public void Refusal_Origin_MustBeOurOwnForAChange(string method, string origin, bool allowed) =>
        Assert.Equal(allowed, LoopbackGuard.Refusal(Request(method, "127.0.0.1:5080", origin)) is null);

    private static HttpRequest Request(string method, string host, string? origin)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Scheme, request.Host) = (method, "http", new HostString(host));
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        return request;
    }
}
