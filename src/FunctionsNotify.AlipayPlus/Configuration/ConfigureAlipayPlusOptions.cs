using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// Reads the options by hand: the general binder throws at the first value that it cannot convert, and the operator is
/// to see every wrong setting at once.
/// </summary>
internal sealed class ConfigureAlipayPlusOptions(IConfigurationSection section) : IConfigureOptions<AlipayPlusOptions>
{
    public void Configure(AlipayPlusOptions options)
    {
        options.BaseUrl = section[nameof(options.BaseUrl)];
        options.ClientId = section[nameof(options.ClientId)];
        options.KeyVersion = section[nameof(options.KeyVersion)];
        options.PrivateKey = section[nameof(options.PrivateKey)];
        options.PrivateKeyPath = section[nameof(options.PrivateKeyPath)];
        options.PublicKeysPath = section[nameof(options.PublicKeysPath)];
        foreach (var key in section.GetSection(nameof(options.PublicKeys)).GetChildren())
        {
            // An empty text counts as not set, as it does for every other setting: sample files hold both ways.
            if (!string.IsNullOrWhiteSpace(key.Value))
            {
                options.PublicKeys[key.Key] = key.Value;
            }
        }

        ReadKeyExpiry(options);
        var timeout = section[nameof(options.RequestTimeout)];
        if (string.IsNullOrWhiteSpace(timeout))
        {
            return;
        }

        if (TimeSpan.TryParse(timeout, CultureInfo.InvariantCulture, out var value))
        {
            options.RequestTimeout = value;
        }
        else
        {
            options.Unreadable.Add(AlipayPlusSettings.Line(
                nameof(options.RequestTimeout), $"must be a time such as 00:00:05; found a text of {timeout.Length} characters"));
        }
    }

    private void ReadKeyExpiry(AlipayPlusOptions options)
    {
        var day = section[nameof(options.KeyExpiresOn)];
        if (string.IsNullOrWhiteSpace(day))
        {
            return;
        }

        // One form only: 03/04 is March to some and April to others.
        if (DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value))
        {
            options.KeyExpiresOn = value;
        }
        else
        {
            options.Unreadable.Add(AlipayPlusSettings.Line(
                nameof(options.KeyExpiresOn), $"must be a day such as 2027-03-31; found a text of {day.Length} characters"));
        }
    }
}
