using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

// Where telemetry goes, by the platform's own settings, which the Functions host reads too:
// APPLICATIONINSIGHTS_CONNECTION_STRING and APPLICATIONINSIGHTS_AUTHENTICATION_STRING. Without the first nothing is
// exported.
internal sealed class AzureMonitorOptions
{
    public const string ConnectionStringSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    public const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public string? ConnectionString { get; set; }

    // Authorization=AAD for the system-assigned identity, with ;ClientId=… for a user-assigned one; null for a resource
    // that accepts telemetry without an identity.
    public string? Authentication { get; set; }

    public bool UsesIdentity => Authentication is not null;

    public string? ClientId => PartOf(Authentication, "ClientId");

    public static AzureMonitorOptions Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new AzureMonitorOptions
        {
            ConnectionString = TextOf(configuration, ConnectionStringSetting),
            Authentication = TextOf(configuration, AuthenticationSetting),
        };
    }

    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        if (ConnectionString is not { } connection)
        {
            return found;
        }

        if (!Guid.TryParse(PartOf(connection, "InstrumentationKey"), out _))
        {
            found.Add($"{ConnectionStringSetting}: must hold InstrumentationKey=, a GUID, as the resource's overview shows it; found a text of {connection.Length} characters");
        }

        if (PartOf(connection, "IngestionEndpoint") is { } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
        {
            found.Add($"{ConnectionStringSetting}: its IngestionEndpoint must be an https address; found a text of {endpoint.Length} characters");
        }

        if (Authentication is { } authentication
            && (!string.Equals(PartOf(authentication, "Authorization"), "AAD", StringComparison.OrdinalIgnoreCase)
                || (ClientId is { } id && !Guid.TryParseExact(id, "D", out _))))
        {
            found.Add($"{AuthenticationSetting}: must be Authorization=AAD, with ;ClientId= and an identity's client id for a user-assigned one; found a text of {authentication.Length} characters");
        }

        return found;
    }

    private static string? TextOf(IConfiguration configuration, string setting) =>
        configuration[setting] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static string? PartOf(string? text, string name) => text?
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(part => part.Length == 2 && part[0].Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(part => part[1])
        .FirstOrDefault();
}
