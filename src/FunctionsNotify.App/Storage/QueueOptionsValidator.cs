using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

internal sealed class QueueOptionsValidator : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions options)
    {
        var failures = new SettingFailures();
        failures.Name("Queues__Notifications", options.Notifications, AzureNames.FaultOfTriggerQueue);
        failures.Name("Queues__Outcomes", options.Outcomes, AzureNames.FaultOfQueue);
        if (options.Outcomes == options.Notifications || options.Outcomes == options.Notifications + AzureNames.PoisonSuffix)
        {
            failures.Add("Queues__Outcomes", "must be neither the notifications' queue nor its poison queue", "the same name");
        }

        if (options.ReadOutcomeEncoding() is null)
        {
            failures.Add("Queues__OutcomeEncoding", "must be none or base64", SettingFailures.Shape(options.OutcomeEncoding));
        }

        return failures.ToResult();
    }
}
