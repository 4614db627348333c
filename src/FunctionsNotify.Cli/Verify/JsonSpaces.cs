using System.Text;

namespace FunctionsNotify.Cli;

/// <summary>
/// Whitespace between JSON's tokens, byte by byte: strings stay exactly as they are, also in JSON that no parser takes.
/// </summary>
internal static class JsonSpaces
{
    /// <summary>The text without whitespace between tokens.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> json)
    {
        var result = new List<byte>(json.Length);
        var scanner = default(StringScanner);
        foreach (var character in json)
        {
            if (scanner.IsInString(character) || character is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                result.Add(character);
            }
        }

        return [.. result];
    }

    /// <summary>A compact text with a blank after each <c>,</c> and <c>:</c>.</summary>
    public static byte[] AfterSeparators(ReadOnlySpan<byte> compact)
    {
        var result = new List<byte>(compact.Length * 2);
        var scanner = default(StringScanner);
        foreach (var character in compact)
        {
            result.Add(character);
            if (!scanner.IsInString(character) && character is (byte)',' or (byte)':')
            {
                result.Add((byte)' ');
            }
        }

        return [.. result];
    }

    /// <summary>A compact text on lines of its own, as pretty printers write it.</summary>
    public static byte[] Indent(ReadOnlySpan<byte> compact, string indent, string lineEnd)
    {
        var step = Encoding.ASCII.GetBytes(indent);
        var end = Encoding.ASCII.GetBytes(lineEnd);
        var result = new List<byte>(compact.Length * 2);
        var scanner = default(StringScanner);
        var depth = 0;

        void NewLine()
        {
            result.AddRange(end);
            for (var i = 0; i < depth; i++)
            {
                result.AddRange(step);
            }
        }

        for (var i = 0; i < compact.Length; i++)
        {
            var character = compact[i];
            if (scanner.IsInString(character))
            {
                result.Add(character);
                continue;
            }

            var isEmpty = i + 1 < compact.Length && ((character, compact[i + 1]) is ((byte)'{', (byte)'}') or ((byte)'[', (byte)']'));
            var closesEmpty = i > 0 && ((compact[i - 1], character) is ((byte)'{', (byte)'}') or ((byte)'[', (byte)']'));
            switch (character)
            {
                case (byte)'{' or (byte)'[':
                    result.Add(character);
                    if (!isEmpty)
                    {
                        depth++;
                        NewLine();
                    }

                    break;
                case (byte)'}' or (byte)']':
                    if (!closesEmpty)
                    {
                        depth = Math.Max(0, depth - 1);
                        NewLine();
                    }

                    result.Add(character);
                    break;
                case (byte)',':
                    result.Add(character);
                    NewLine();
                    break;
                case (byte)':':
                    result.Add(character);
                    result.Add((byte)' ');
                    break;
                default:
                    result.Add(character);
                    break;
            }
        }

        return [.. result];
    }

    private struct StringScanner
    {
        private bool _inString;
        private bool _escaped;

        /// <summary>True for the bytes of a string, its quotes included.</summary>
        public bool IsInString(byte character)
        {
            if (!_inString)
            {
                _inString = character == (byte)'"';
                return _inString;
            }

            if (_escaped)
            {
                _escaped = false;
            }
            else if (character == (byte)'\\')
            {
                _escaped = true;
            }
            else if (character == (byte)'"')
            {
                _inString = false;
            }

            return true;
        }
    }
}
