using System.Net;
using System.Net.Http.Headers;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class PageApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public static TheoryData<string> Files => [.. PageFile.Names];

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Page_Always_IsHtmlThatMayLoadNothingFromElsewhere()
    {
        using var response = await _host.Client.GetAsync(new Uri("/api/ui", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, "text/html", "utf-8"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentType.CharSet));
        var policy = Header(response, "Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(("nosniff", "DENY", "no-referrer"), (Header(response, "X-Content-Type-Options"), Header(response, "X-Frame-Options"), Header(response, "Referrer-Policy")));
        Assert.True(response.Headers.CacheControl!.NoCache);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_OfThePage_IsServedWithItsTypeAndAStrongTag(string name)
    {
        using var response = await _host.Client.GetAsync(new Uri($"/api/ui/{name}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            Path.GetExtension(name) switch { ".html" => "text/html", ".css" => "text/css", ".js" => "text/javascript", ".svg" => "image/svg+xml", ".png" => "image/png", _ => "a type of its own" },
            response.Content.Headers.ContentType!.MediaType);
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/ui/{name}");
        again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(response.Headers.ETag.ToString()));
        using var unchanged = await _host.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("nothing.js")]
    [InlineData("..%2FOpenApi%2Fopenapi.json")]
    [InlineData("%2e%2e%2fopenapi.json")]
    [InlineData("..%5Copenapi.json")]
    [InlineData("Index.html")]
    public async Task File_OfAnotherName_Is404(string name)
    {
        using var response = await _host.Client.GetAsync(new Uri($"/api/ui/{name}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
