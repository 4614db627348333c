using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.App;

/// <summary>
/// Where telemetry goes, by the platform's own settings, which the Functions host reads too:
/// <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> and <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c>. Without the first
/// nothing is exported.
/// </summary>
public sealed class AzureMonitorOptions
{
    /// <summary>The setting of <see cref="ConnectionString"/>.</summary>
    public const string ConnectionStringSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>The setting of <see cref="Authentication"/>.</summary>
    public const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>The Application Insights resource; null when nothing is to be exported.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// <c>Authorization=AAD</c> for the system-assigned identity, with <c>;ClientId=…</c> for a user-assigned one; null for
    /// a resource that accepts telemetry without an identity.
    /// </summary>
    public string? Authentication { get; set; }

    /// <summary>True when the settings ask for an identity.</summary>
    public bool UsesIdentity => Authentication is not null;

    /// <summary>The client id of the user-assigned identity; null for the system-assigned one.</summary>
    public string? ClientId => PartOf(Authentication, "ClientId");

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The whole configuration.</param>
    public static AzureMonitorOptions Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new AzureMonitorOptions
        {
            ConnectionString = TextOf(configuration, ConnectionStringSetting),
            Authentication = TextOf(configuration, AuthenticationSetting),
        };
    }

    /// <summary>One line per wrong setting; never its value, because the connection string lets others write telemetry.</summary>
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
