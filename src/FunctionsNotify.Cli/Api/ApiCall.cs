using System.Globalization;
using System.Text;

namespace FunctionsNotify.Cli;

/// <summary>One call below <c>/api/</c>: path and query, escaped.</summary>
internal sealed class ApiCall
{
    private readonly StringBuilder _query = new();
    private readonly string _path;

    private ApiCall(string path) => _path = path;

    /// <summary>Path and query.</summary>
    public string Target => _path + _query;

    /// <summary>A call.</summary>
    /// <param name="segments">The path's segments, not escaped.</param>
    /// <exception cref="CliFault">A segment cannot stand in a path.</exception>
    public static ApiCall To(params ReadOnlySpan<string> segments)
    {
        var path = new StringBuilder();
        foreach (var segment in segments)
        {
            // Dots, even escaped ones, are taken for "this folder" and "the folder above" by every HTTP stack.
            if (segment is "" or "." or "..")
            {
                throw CliFault.Usage("An id of nothing but dots, or of nothing, cannot be asked for.");
            }

            path.Append(path.Length == 0 ? string.Empty : "/").Append(Escape(segment));
        }

        return new ApiCall(path.ToString());
    }

    /// <summary>Adds a query parameter unless its value is null.</summary>
    public ApiCall With(string name, string? value)
    {
        if (value is not null)
        {
            _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Escape(value));
        }

        return this;
    }

    /// <summary>Adds a query parameter unless its value is null.</summary>
    public ApiCall With(string name, int? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a time, UTC, unless it is null.</summary>
    public ApiCall With(string name, DateTimeOffset? value) => With(name, value is { } time ? Times.Iso(time) : null);

    private static string Escape(string text)
    {
        try
        {
            return Uri.EscapeDataString(text);
        }
        catch (UriFormatException)
        {
            throw CliFault.Usage("A given text is not valid Unicode.");
        }
    }
}
