using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsNotify.AlipayPlus;

/// <summary>How far a text is a payment time.</summary>
internal enum PaymentTimeVerdict
{
    /// <summary>A calendar date and time in ISO 8601's extended form with an offset.</summary>
    Valid,

    /// <summary>
    /// ISO 8601 by some reading, but in no form that the guide shows: basic or mixed form, hour 24, second 60, an
    /// offset that no place on earth has. Alipay+ decides.
    /// </summary>
    Doubtful,

    /// <summary>No date and time with an offset.</summary>
    Invalid,
}

/// <summary>Judges <c>paymentTime</c>. Offsets need not be whole hours.</summary>
internal static partial class PaymentTimeFormat
{
    public static PaymentTimeVerdict Judge(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return PaymentTimeVerdict.Invalid;
        }

        var (year, month, day) = (Number(match, "year"), Number(match, "month"), Number(match, "day"));
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return PaymentTimeVerdict.Invalid;
        }

        var (hour, minute, second) = (Number(match, "hour"), Number(match, "minute"), Number(match, "second"));
        var (offsetHours, offsetMinutes) = (Number(match, "offsetHours"), Number(match, "offsetMinutes"));
        if (hour > 24 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59)
        {
            return PaymentTimeVerdict.Invalid;
        }

        if (hour == 24 && (minute, second) != (0, 0))
        {
            return PaymentTimeVerdict.Invalid;
        }

        var extended = match.Groups["dateMark"].Length == 1 && match.Groups["timeMark"].Length == 1
            && (match.Groups["offsetMark"].Length == 1 || !match.Groups["offsetMinutes"].Success);
        var ordinary = hour < 24 && second < 60 && (offsetHours * 60) + offsetMinutes <= 14 * 60;
        return extended && ordinary ? PaymentTimeVerdict.Valid : PaymentTimeVerdict.Doubtful;
    }

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        """
        ^(?<year>[0-9]{4}) (?<dateMark>-?) (?<month>[0-9]{2}) \k<dateMark> (?<day>[0-9]{2})
        T(?<hour>[0-9]{2}) (?<timeMark>:?) (?<minute>[0-9]{2}) (?:\k<timeMark> (?<second>[0-9]{2}) (?:[.,][0-9]+)?)?
        (?:Z | [+-](?<offsetHours>[0-9]{2}) (?:(?<offsetMark>:?) (?<offsetMinutes>[0-9]{2}))?)\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
