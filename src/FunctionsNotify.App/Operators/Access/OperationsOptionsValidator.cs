using Microsoft.Extensions.Options;

namespace FunctionsNotify.App;

internal sealed class OperationsOptionsValidator : IValidateOptions<OperationsOptions>
{
    public ValidateOptionsResult Validate(string? name, OperationsOptions options) => options.ReadAuthentication() switch
    {
        null => ValidateOptionsResult.Fail($"Operations__Authentication: must be keys or entra; found a text of {options.Authentication!.Length} characters"),
        AuthenticationMode.Entra when !options.IsPlatformAuthenticationOn => ValidateOptionsResult.Fail(
            "Operations__Authentication: is entra, but App Service authentication is not on (WEBSITE_AUTH_ENABLED is not True): without it anybody could name any user and role"),
        _ => ValidateOptionsResult.Success,
    };
}
