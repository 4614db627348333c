using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Storage;

/// <summary>Where a page ended: after a record, in the service's segment that held it.</summary>
/// <param name="Day">The day that was read.</param>
/// <param name="Marker">The service's marker of the segment; empty for the day's first one.</param>
/// <param name="Last">The last name that was read there; empty for none.</param>
internal sealed record QuarantinePosition(string Day, string Marker, string Last)
{
    private const int MaxLength = 4096;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="ArgumentException">It did not write this.</exception>
    public static QuarantinePosition? Parse(string? continuation)
    {
        if (continuation is null)
        {
            return null;
        }

        try
        {
            if (continuation.Length <= MaxLength
                && Base64Url.IsValid(continuation)
                && JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(continuation)) is [{ } day, { } marker, { } last]
                && IsDay(day)
                && (last.Length == 0 || QuarantineRecord.IsId(last)))
            {
                return new QuarantinePosition(day, marker, last);
            }
        }
        catch (JsonException)
        {
            // Refused below.
        }

        throw new ArgumentException("must be what the page before gave", nameof(continuation));
    }

    /// <summary>True for the name of a day's folder.</summary>
    public static bool IsDay(string text) => DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <inheritdoc/>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<string[]>([Day, Marker, Last])));
}
