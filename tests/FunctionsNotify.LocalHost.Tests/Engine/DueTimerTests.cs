using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class DueTimerTests
{
    private readonly FakeTimeProvider _time = EngineUnderTest.Clock();
    private readonly List<string> _due = [];

    [Fact]
    public void Add_InAnyOrder_HandsOutByDueTimeAndNeverEarly()
    {
        using var timer = new DueTimer<string>(_time, _due.Add);
        timer.Add("third", TimeSpan.FromSeconds(30));
        timer.Add("first", TimeSpan.FromSeconds(1));
        timer.Add("second", TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(_due);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["first"], _due);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["first", "second"], _due);
        _time.Advance(TimeSpan.FromSeconds(28));
        Assert.Equal(["first", "second", "third"], _due);
    }

    [Fact]
    public void Add_SameTime_KeepsTheOrderOfAdding()
    {
        using var timer = new DueTimer<string>(_time, _due.Add);
        var due = TimeSpan.FromSeconds(1);
        var names = Enumerable.Range(0, 100).Select(number => $"{number}").ToList();
        names.ForEach(name => timer.Add(name, due));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(names, _due);
    }

    [Fact]
    public void Add_AlreadyDue_HandsOutAtOnce()
    {
        using var timer = new DueTimer<string>(_time, _due.Add);
        timer.Add("late", TimeSpan.FromHours(-1));

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["late"], _due);
    }

    [Fact]
    public void Add_LongerThanATimerCanSleep_HandsOutAtItsTime()
    {
        using var timer = new DueTimer<string>(_time, _due.Add);
        timer.Add("far", TimeSpan.FromDays(60));

        for (var hour = 0; hour < (60 * 24) - 1; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Empty(_due);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["far"], _due);
    }

    [Fact]
    public void Dispose_SomethingWaits_IsNotHandedOut()
    {
        var timer = new DueTimer<string>(_time, _due.Add);
        timer.Add("never", TimeSpan.FromSeconds(1));

        timer.Dispose();
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(_due);
    }
}
