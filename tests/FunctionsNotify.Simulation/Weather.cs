using FunctionsNotify.Simulation.Storage;

namespace FunctionsNotify.Simulation;

// What goes wrong, drawn from the seed: how often a call fails, and when a whole service is away. After Until nothing does.
internal sealed class Weather
{
    private static readonly string[] _services = ["table", "queue", "blob", "durable", "start", "start", "alipay"];

    private readonly Loop _loop;
    private readonly double _fails;
    private readonly double _late;
    private readonly double _twice;
    private readonly double _dies;
    private readonly List<(string Service, DateTimeOffset From, DateTimeOffset To)> _outages = [];

    public Weather(Loop loop, TimeSpan lasts)
    {
        _loop = loop;
        Until = loop.Now + lasts;
        double[] rates = [0, 0.001, 0.01, 0.04];
        (_fails, _late, _twice) = (loop.OneOf(rates), loop.OneOf(rates) / 4, loop.OneOf(rates) / 4);
        _dies = loop.OneOf<double>([0, 0.0005, 0.002, 0.006]);
        Fails = loop.OneOf<double>([0, 0.0005, 0.002]);
        for (var outage = loop.Random.Next(4); outage > 0; outage--)
        {
            var from = loop.Now + loop.Between(TimeSpan.Zero, lasts);
            var to = from + loop.Between(TimeSpan.FromMinutes(1), loop.OneOf([TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(8)]));
            _outages.Add((loop.OneOf(_services), from, to < Until ? to : Until));
        }
    }

    public DateTimeOffset Until { get; }

    // How often the platform loses a turn, fails an instance or completes one before its time.
    public double Fails { get; }

    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    public bool IsOver => _loop.Now >= Until;

    public bool IsAway(string service)
    {
        foreach (var outage in _outages)
        {
            if (outage.Service == service && outage.From <= _loop.Now && _loop.Now < outage.To)
            {
                Count($"{service} away");
                return true;
            }
        }

        return false;
    }

    public bool Happens(string kind, double probability)
    {
        if (IsOver || probability <= 0 || !_loop.Chance(probability))
        {
            return false;
        }

        Count(kind);
        return true;
    }

    // Upkeep makes most of the calls; without a smaller share it would take most of the deaths.
    public Fault Draw()
    {
        if (IsOver)
        {
            return Fault.None;
        }

        var share = Loop.Current?.Name == "maintain" ? 0.1 : 1;
        return Happens("process dies", _dies * share) ? _loop.Chance(0.5) ? Fault.DiesBefore : Fault.DiesAfter
            : Happens("call fails before its effect", _fails * share) ? Fault.FailsBefore
            : Happens("call fails after its effect", _fails * share) ? Fault.FailsAfter
            : Happens("call takes effect twice", _twice * share) ? Fault.Twice
            : Happens("call answers late", _late * share) ? Fault.Late
            : Fault.None;
    }

    public bool FailsAtOnce() => Happens("call fails before its effect", _fails);

    public void Count(string kind) => Faults[kind] = Faults.GetValueOrDefault(kind) + 1;
}

internal enum Fault
{
    None,
    FailsBefore,
    FailsAfter,
    Late,
    Twice,
    DiesBefore,
    DiesAfter,
}

// What is put back on purpose, to see that it is found. Nothing of it is in the app.
public enum Defect
{
    None,

    // The platform purges large messages by the id without its generation, as if ids were not prefix-free.
    PrefixIds,

    // An instance that is Completed under an open claim tells that it waits.
    CompletedIsInHand,

    // The row that the poison drain leaves behind for a claim that it gives up is lost.
    DrainOrphans,

    // If-Match is dropped on its way to the table.
    NoETag,

    // The insert of a claim never says that there is one.
    NoClaim,

    // A claim's end is written a while after it was answered for.
    OutcomeFirst,
}

internal static class Defects
{
    // The request as it arrives, or null and an answer for it in its place.
    public static (Call? Call, Reply Instead) Twist(Defect defect, Call call, World world)
    {
        var body = call.Service == "table" && call.Body.Length > 0 ? System.Text.Encoding.UTF8.GetString(call.Body) : string.Empty;
        switch (defect)
        {
            case Defect.NoETag when call.Service == "table" && call["If-Match"] is not null:
                return (call with { Headers = new Dictionary<string, string>(call.Headers, StringComparer.OrdinalIgnoreCase) { ["If-Match"] = "*" } }, null!);

            case Defect.NoClaim when call.Method == "POST" && body.Contains("\"InsertId\"", StringComparison.Ordinal):
                world.Account.Answer(call);
                return (null, new Reply(204, string.Empty, ("ETag", "W/\"x\"")));

            case Defect.DrainOrphans when Loop.Current?.Name is "drain" or "maintain" && body.Contains("\"StartingSince\":\"", StringComparison.Ordinal):
                var reply = world.Account.Answer(call);
                world.Account.Tables.Lose(row => row["StartingSince"] is not null && body.Contains($"\"{row["DeliveryId"]}\"", StringComparison.Ordinal));
                return (null, reply);

            case Defect.OutcomeFirst when call.Method == "PATCH" && body.Contains("\"EndedAt\"", StringComparison.Ordinal):
                world.Loop.After(TimeSpan.FromSeconds(2), () => world.Account.Answer(call), Loop.Current?.Process);
                return (null, new Reply(204, string.Empty, ("ETag", "W/\"x\"")));

            default:
                return (call, null!);
        }
    }
}
