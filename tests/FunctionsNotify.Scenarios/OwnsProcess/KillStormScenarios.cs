using System.Globalization;
using FunctionsNotify.Simulator;
using Xunit.Abstractions;

namespace FunctionsNotify.Scenarios.OwnsProcess;

/// <summary>Many payments with every kind of answer, the host killed at any point, again and again.</summary>
[Trait("Category", "owns-process")]
public sealed class KillStormScenarios(ITestOutputHelper output)
{
    private static readonly (string State, ScriptStep[] Steps)[] Scripts =
    [
        ("Delivered", [ScriptStep.Success]),
        ("Delivered", [ScriptStep.Success with { Delay = TimeSpan.FromSeconds(1) }]),
        ("Delivered", [ScriptStep.Unknown(), ScriptStep.Success]),
        ("Delivered", [ScriptStep.Unknown(), ScriptStep.Unknown(), ScriptStep.Success with { Delay = TimeSpan.FromMilliseconds(500) }]),
        ("Delivered", [new() { Connection = ConnectionBehaviour.Drop }, new() { Body = AnswerBody.Html }, ScriptStep.Success]),
        ("Rejected", [ScriptStep.Failure("PROCESS_FAIL")]),
        ("Rejected", [ScriptStep.Unknown(), ScriptStep.Failure("ORDER_IS_CLOSED")]),
        ("Exhausted", [ScriptStep.Unknown()]),
    ];

    [OwnsProcessFact]
    public Task Kill_AgainAndAgain_EveryPaymentEndsOnceAsItsScriptSays() => StormAsync("storm", payments: 40, kills: 5);

    [SoakFact]
    [Trait("Category", "slow")]
    public Task Kill_FortyTimes_EveryPaymentEndsOnceAsItsScriptSays() => StormAsync("soak", payments: 400, kills: 40);

    private async Task StormAsync(string name, int payments, int kills)
    {
        var seed = Environment.TickCount;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var random = new Random(seed);
        await using var own = await Suite.PrepareHostAsync(name, HostPolicy.OfSeconds(1, 2, 3, 4));
        await own.StartAsync();
        var given = await ScriptedAsync(own.Host, name, payments);
        var perKill = (payments + kills - 1) / kills;
        foreach (var part in given.Chunk(perKill))
        {
            await Task.WhenAll(part.Select(each => own.Host.EnqueueAsync(each.Payment)));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 1500)));
            await own.RestartAsync();
        }

        foreach (var (payment, state) in given)
        {
            var delivered = await own.Host.EndAsync(payment, HostUnderTest.Patience * 2);
            delivered.IsSound(state);
            Assert.InRange(delivered.Requests.Count, 1, own.Host.Policy.MaxAttempts + kills);
        }
    }

    private static async Task<IReadOnlyList<(Payment Payment, string State)>> ScriptedAsync(HostUnderTest host, string name, int count)
    {
        var given = new List<(Payment, string)>();
        for (var index = 0; index < count; index++)
        {
            var (state, steps) = Scripts[index % Scripts.Length];
            var payment = Payment.Succeeded(name);
            await host.ScriptAsync(payment, steps);
            given.Add((payment, state));
        }

        return given;
    }
}
