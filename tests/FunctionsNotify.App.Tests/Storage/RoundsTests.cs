using Azure.Data.Tables;

namespace FunctionsNotify.App.Tests.Storage;

[Collection(SharedAzurite.Name)]
public sealed class RoundsTests(AzuriteFixture azurite) : AppWorldTests(azurite)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(20);

    private readonly List<string?> _looked = [];
    [Fact]
    public async Task GoOn_MoreThanASlice_GoesOnWhereItStoppedUntilTheRoundIsOver()
    {
        Assert.False(await GoOnAsync(pages: 5, perSlice: 2));
        Assert.False(await GoOnAsync(pages: 5, perSlice: 2));
        Assert.True(await GoOnAsync(pages: 5, perSlice: 2));

        Assert.Equal([null, "1", "2", "3", "4"], _looked);
    }

    [Fact]
    public async Task GoOn_RoundIsOver_TheNextBeginsWhenItIsDue()
    {
        await GoOnAsync(pages: 1);
        Assert.Null(await GoOnAsync(pages: 1));
        _world.Time.Advance(Every - TimeSpan.FromSeconds(1));
        Assert.Null(await GoOnAsync(pages: 1));
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await GoOnAsync(pages: 1));

        Assert.Equal([null, null], _looked);
    }

    [Fact]
    public async Task GoOn_RoundsOfOtherNames_DoNotKnowOfEachOther()
    {
        Assert.False(await GoOnAsync(pages: 3, perSlice: 1));
        Assert.True(await _world.Rounds.GoOnAsync("another", Every, Slice, _ => Task.FromResult<string?>(null), default));
        Assert.False(await GoOnAsync(pages: 3, perSlice: 1));
    }

    [Fact]
    public async Task GoOn_APageFails_IsLookedAtAgainAndAfterTenTimesTheRoundBeginsAnew()
    {
        await GoOnAsync(pages: 3, perSlice: 1);
        for (var time = 1; time < Rounds.MaxFailures; time++)
        {
            await Assert.ThrowsAsync<FormatException>(() => FailAsync(new FormatException()));
        }

        Assert.False(await GoOnAsync(pages: 3, perSlice: 1));
        for (var time = 1; time <= Rounds.MaxFailures; time++)
        {
            await Assert.ThrowsAsync<FormatException>(() => FailAsync(new FormatException()));
        }

        await GoOnAsync(pages: 3, perSlice: 1);

        Assert.Equal([null, "1", null], _looked);
    }

    [Fact]
    public async Task GoOn_CutOffInAPage_KeepsThePlace()
    {
        await GoOnAsync(pages: 3, perSlice: 1);
        for (var time = 0; time <= Rounds.MaxFailures; time++)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => FailAsync(new OperationCanceledException()));
        }

        await GoOnAsync(pages: 3, perSlice: 1);

        Assert.Equal([null, "1"], _looked);
    }

    [Fact]
    public async Task GoOn_APlace_IsNoRowOfClaimsOrIndex()
    {
        await GoOnAsync(pages: 2, perSlice: 1);

        Assert.NotEmpty(await _world.Table.Queries.QueryAsync<TableEntity>().ToListAsync());
        Assert.Empty(await _world.ClaimsAsync());
        Assert.Empty(await _world.RowsAsync());
    }

    private Task<bool?> FailAsync(Exception fault) => _world.Rounds.GoOnAsync("round", Every, Slice, _ => Task.FromException<string?>(fault), default);

    private Task<bool?> GoOnAsync(int pages, int perSlice = int.MaxValue)
    {
        var looked = 0;
        return _world.Rounds.GoOnAsync("round", Every, Slice, place =>
        {
            _looked.Add(place);
            var next = int.Parse(place ?? "0", System.Globalization.CultureInfo.InvariantCulture) + 1;
            if (++looked == perSlice)
            {
                _world.Time.Advance(Slice);
            }

            return Task.FromResult<string?>(next == pages ? null : $"{next}");
        }, default);
    }
}
