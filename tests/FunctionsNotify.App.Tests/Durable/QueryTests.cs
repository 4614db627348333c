using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FunctionsNotify.App.Tests.Durable;

public sealed class QueryTests
{
    [Fact]
    public void OrchestrationQuery_WithoutArguments_AsksForAPageOfAHundredWithoutPayloads()
    {
        var query = new OrchestrationQuery();

        Assert.Equal(100, query.PageSize);
        Assert.False(query.FetchInputsAndOutputs);
        Assert.Equal(query, new OrchestrationQuery { PageSize = OrchestrationQuery.DefaultPageSize });
    }

    [Fact]
    public void PurgeInstancesFilter_With_KeepsTheOtherBounds()
    {
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var filter = new PurgeInstancesFilter(from, from.AddDays(1), [OrchestrationRuntimeStatus.Completed]);

        var limited = filter with { Timeout = TimeSpan.FromSeconds(30) };

        Assert.Equal(from, limited.CreatedFrom);
        Assert.Equal(from.AddDays(1), limited.CreatedTo);
        Assert.Equal(TimeSpan.FromSeconds(30), limited.Timeout);
        Assert.Null(filter.Timeout);
    }

    [Fact]
    public void PurgeResult_OfACount_CarriesItAndRefusesLessThanNone()
    {
        var result = new PurgeResult(3, isComplete: false);

        Assert.Equal(3, result.PurgedInstanceCount);
        Assert.False(result.IsComplete);
        Assert.Null(new PurgeResult(0).IsComplete);
        Assert.ThrowsAny<ArgumentException>(() => new PurgeResult(-1));
    }

    [Fact]
    public async Task Pageable_OverTwoPages_YieldsEveryValueInOrder()
    {
        var asked = new List<string?>();
        var pages = Pageable.Create<string>((token, _) =>
        {
            asked.Add(token);
            return Task.FromResult(token is null ? new Page<string>(["a", "b"], "next") : new Page<string>(["c"]));
        });

        var values = new List<string>();
        await foreach (var value in pages)
        {
            values.Add(value);
        }

        Assert.Equal(["a", "b", "c"], values);
        Assert.Equal([null, "next"], asked);
    }

    [Fact]
    public async Task Pageable_AsPagesFromAToken_StartsThere()
    {
        var pages = Pageable.Create<string>((token, size, _) => Task.FromResult(new Page<string>([$"{token}/{size}"])));

        var values = new List<string>();
        await foreach (var page in pages.AsPages("here", 7))
        {
            values.AddRange(page.Values);
        }

        Assert.Equal(["here/7"], values);
    }
}
