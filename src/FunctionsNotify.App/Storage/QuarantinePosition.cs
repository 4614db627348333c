using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FunctionsNotify.App;

// Where a page ended: after a record, in the service's segment that held it.
internal sealed record QuarantinePosition(string Day, string Marker, string Last)
{
    private const int MaxLength = 4096;

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

    public static bool IsDay(string text) => DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize<string[]>([Day, Marker, Last])));
}
