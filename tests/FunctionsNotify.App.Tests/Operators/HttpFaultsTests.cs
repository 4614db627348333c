using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class HttpFaultsTests
{
    [Theory]
    [InlineData(true, StatusCodes.Status503ServiceUnavailable)]
    [InlineData(false, StatusCodes.Status500InternalServerError)]
    public async Task Invoke_HttpFunctionFails_AnswersWithAProblemThatNamesNoValue(bool isStorage, int status)
    {
        var (context, http) = Call(isHttp: true);
        Exception fault = isStorage ? new RequestFailedException(0, "secret") : new InvalidOperationException("secret");

        await new HttpFaults(NullLogger<HttpFaults>.Instance).Invoke(context, _ => throw fault);

        http.Response.Body.Position = 0;
        var body = await new StreamReader(http.Response.Body).ReadToEndAsync();
        Assert.Equal(status, http.Response.StatusCode);
        Assert.StartsWith("application/problem+json", http.Response.ContentType, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_OtherFunctionFails_IsTheHostsToHandle()
    {
        var (context, _) = Call(isHttp: false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => new HttpFaults(NullLogger<HttpFaults>.Instance).Invoke(context, _ => throw new InvalidOperationException()));
    }

    private static (FunctionContext Context, DefaultHttpContext Http) Call(bool isHttp)
    {
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(), Response = { Body = new MemoryStream() } };
        var items = new Dictionary<object, object>();
        if (isHttp)
        {
            items["HttpRequestContext"] = http;
        }

        var definition = new Mock<FunctionDefinition>();
        definition.Setup(each => each.Name).Returns("Summary");
        var context = new Mock<FunctionContext>();
        context.Setup(each => each.Items).Returns(items);
        context.Setup(each => each.FunctionDefinition).Returns(definition.Object);
        return (context.Object, http);
    }
}
