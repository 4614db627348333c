using Spectre.Console;

namespace FunctionsNotify.Cli;

/// <summary>How far bulk work is: a bar on a terminal, a line at each tenth where standard error is redirected.</summary>
internal static class ProgressBar
{
    private const int Steps = 10;

    /// <summary>Does the work, which says how many are done after each step.</summary>
    /// <param name="session">The run.</param>
    /// <param name="what">What is done, such as <c>Redelivering</c>.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="work">The work; it is given a function that takes how many are done so far.</param>
    public static async Task RunAsync(Session session, string what, int total, Func<Action<int>, Task> work)
    {
        if (session.Host.ErrorIsTerminal)
        {
            await session.Output.ErrorConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async context =>
                {
                    var task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(total, 1));
                    await work(done => task.Value = done).ConfigureAwait(false);
                }).ConfigureAwait(false);
            return;
        }

        var told = 0;
        var gate = new Lock();
        await work(done =>
        {
            lock (gate)
            {
                var step = total == 0 ? Steps : (int)((long)done * Steps / total);
                if (step > told)
                {
                    told = step;
                    session.Output.Hint($"{what}: {done} of {total}");
                }
            }
        }).ConfigureAwait(false);
    }
}
