using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var failures = new SettingFailures();
        failures.Name("Storage__Table", options.Table, AzureNames.FaultOfTable);
        failures.Name("Storage__QuarantineContainer", options.QuarantineContainer, AzureNames.FaultOfContainer);
        return failures.ToResult();
    }
}
