using System.Net;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsNotify.App.Tests.Storage;

/// <summary>The table service may take 5 s for one page of a query.</summary>
public sealed class SlowServiceTests : IAsyncLifetime
{
    private readonly WebApplication _service;
    private int _requests;

    public SlowServiceTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        _service = builder.Build();
        _service.Run(async context =>
        {
            Interlocked.Increment(ref _requests);
            await Task.Delay(TimeSpan.FromSeconds(5), context.RequestAborted);
            context.Response.ContentType = "application/json;odata=minimalmetadata";
            await context.Response.WriteAsync("""{"value":[]}""", context.RequestAborted);
        });
    }

    public Task InitializeAsync() => _service.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Query_PageAfterFiveSeconds_IsWaitedForAndAskedForOnce()
    {
        var key = Convert.ToBase64String("no secret"u8);
        var connection = TableFixture.Connection($"DefaultEndpointsProtocol=http;AccountName=slow;AccountKey={key};TableEndpoint={_service.Urls.Single()}/slow;QueueEndpoint=http://127.0.0.1:1/slow");
        var index = new DeliveryIndex(connection.Table("t", HttpClientTransport.Shared), TimeProvider.System, NullLogger<DeliveryIndex>.Instance);

        var page = await index.ListOverdueAsync(new DateOnly(2026, 3, 4), Given.AcceptedAt, 10, null, default);

        Assert.Equal((0, null, 1), (page.Rows.Count, page.Continuation, _requests));
    }
}
