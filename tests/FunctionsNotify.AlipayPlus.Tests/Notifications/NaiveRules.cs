using System.Globalization;

namespace FunctionsNotify.AlipayPlus.Tests.Notifications;

/// <summary>The rules that refuse, written down a second time as plainly as possible.</summary>
internal static class NaiveRules
{
    public static bool Accepts(byte[] body)
    {
        if (body.Length > 65_536 || NaiveJson.Parse(body) is not NaiveJson.Map top || !ScalarsAreFine(top))
        {
            return false;
        }

        if (Field(top, "paymentResult") is not NaiveJson.Map result
            || Field(result, "resultStatus") is not NaiveJson.Text { Value: "S" or "F" } status
            || Field(result, "resultCode") is not NaiveJson.Text code
            || code.Value.Trim().Length == 0
            || status.Value == "S" != (code.Value == "SUCCESS")
            || Field(result, "resultMessage") is NaiveJson.Map or NaiveJson.List)
        {
            return false;
        }

        return Field(top, "paymentId") is NaiveJson.Text id && IsId(id)
            && Field(top, "paymentRequestId") switch
            {
                null => status.Value == "F",
                NaiveJson.Text requestId => IsId(requestId),
                _ => false,
            }
            && Field(top, "paymentTime") switch
            {
                null => true,
                NaiveJson.Text time => IsTime(time.Value),
                _ => false,
            };
    }

    private static NaiveJson? Field(NaiveJson.Map map, string name)
    {
        var value = map.Members.FirstOrDefault(member => member.Name == name).Value;
        return value == NaiveJson.Null ? null : value;
    }

    private static bool ScalarsAreFine(NaiveJson value) => value switch
    {
        NaiveJson.Text text => text.Value != "",
        NaiveJson.Map map => map.Members.All(member => ScalarsAreFine(member.Value)),
        NaiveJson.List list => list.Items.All(ScalarsAreFine),
        _ => value == NaiveJson.Null,
    };

    private static bool IsId(NaiveJson.Text id) =>
        id.Value.EnumerateRunes().Count() <= 64 && id.Value.Trim() != "" && !id.Value.Any(char.IsControl);

    private static bool IsTime(string text)
    {
        var parts = text.Split('T');
        if (parts.Length != 2 || !text.All(char.IsAscii))
        {
            return false;
        }

        var zone = parts[1].LastIndexOfAny(['Z', '+', '-']);
        if (zone < 0)
        {
            return false;
        }

        var clock = parts[1][..zone].Split('.', ',');
        var time = clock[0];
        var offset = parts[1][zone..];
        return DateOnly.TryParseExact(parts[0], ["yyyyMMdd", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && time.Length is 4 or 5 or 6 or 8
            && (clock.Length == 1 || (clock.Length == 2 && time.Length >= 6 && clock[1] != "" && clock[1].All(char.IsAsciiDigit)))
            && IsClock(time)
            && (offset == "Z" || (offset[0] != 'Z' && IsOffset(offset[1..])));
    }

    private static bool IsClock(string time)
    {
        // A leap second and the day's end are times, only no ones that the platform knows.
        var known = time.Length >= 6 && time.EndsWith("60", StringComparison.Ordinal) ? time[..^2] + "59" : time;
        known = known is "24:00:00" or "240000" or "24:00" or "2400" ? known.Replace("24", "00", StringComparison.Ordinal) : known;
        return TimeOnly.TryParseExact(known, ["HHmm", "HH:mm", "HHmmss", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    private static bool IsOffset(string offset) =>
        TimeOnly.TryParseExact(offset.Length == 2 ? offset + "00" : offset, ["HHmm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
