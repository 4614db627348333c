using System.Text.Json;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>One notification as it was given, and what the rules say of it. Its bytes are sent as they are.</summary>
/// <param name="Line">The line it stands on, from 1.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record GivenNotification(int Line, ReadOnlyMemory<byte> Body)
{
    /// <summary>What the rules say.</summary>
    public NotificationReading Reading { get; } = NotificationReader.Read(Body);

    /// <summary>One notification over the whole file, or one on each line: the latter when the first line is a whole JSON value and another follows.</summary>
    public static IReadOnlyList<GivenNotification> Split(ReadOnlyMemory<byte> content)
    {
        List<GivenNotification> lines = [];
        var rest = content;
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = Trim(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.IsEmpty)
            {
                continue;
            }

            if (lines.Count == 0 && (IsBlank(rest.Span) || !IsWhole(line.Span)))
            {
                return [new GivenNotification(number, Trim(content))];
            }

            lines.Add(new GivenNotification(number, line));
        }

        return lines;
    }

    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return reader.Read() && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(" \t\r\n"u8);

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text)
    {
        while (!text.IsEmpty && IsBlank(text.Span[..1]))
        {
            text = text[1..];
        }

        while (!text.IsEmpty && IsBlank(text.Span[^1..]))
        {
            text = text[..^1];
        }

        return text;
    }
}
