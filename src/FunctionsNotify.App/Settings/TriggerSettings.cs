using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

// The settings that the Functions host reads for the intake's trigger. Where one is missing the host only logs it and
// never starts the function; the app says so and does not start. One line for each.
internal sealed class TriggerSettings(IConfiguration configuration) : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions options)
    {
        List<string> failures = [];
        Require(IntakeFunction.Queue.Trim('%'), "the name of the queue", failures);
        Require(IntakeFunction.Connection, $"the queue's account, in the forms of {StorageConnectionOptions.Section}", failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private void Require(string key, string what, List<string> failures)
    {
        if (!configuration.GetSection(key).Exists())
        {
            failures.Add($"{key.Replace(":", "__", StringComparison.Ordinal)}: is required by the intake's trigger: {what} (found nothing)");
        }
    }
}
