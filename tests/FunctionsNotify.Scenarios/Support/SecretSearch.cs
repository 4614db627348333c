using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FunctionsNotify.Scenarios;

/// <summary>
/// Looks for a secret, or any part of it that is long enough to be no chance, in all forms in which it may have been
/// written: as it is, over several lines, escaped, in base64 at any offset, in hexadecimal. It names the form that it
/// found and never repeats the secret.
/// </summary>
internal sealed partial class SecretSearch
{
    private const int TextWindow = 24;
    private const int Base64Window = 32;
    private const int HexWindow = 48;

    // PKCS#8 of an RSA key begins with the same bytes in every key; they are no secret.
    private const int SharedPrefix = 40;

    private readonly string _name;
    private readonly Windows _text;
    private readonly Windows _base64;
    private readonly Windows _hex;

    private SecretSearch(string name, string? text, params byte[][] contents)
    {
        _name = name;
        _text = new Windows(TextWindow, text is null ? [] : [WithoutWhiteSpace(text)]);
        // Inside a longer base64 text the bytes may begin at any of three offsets.
        _base64 = new Windows(Base64Window, contents.SelectMany(content => Enumerable.Range(0, 3).Select(offset => WholeBase64(content[offset..]))));
        _hex = new Windows(HexWindow, contents.Select(Convert.ToHexString));
    }

    /// <summary>A private key: its PEM lines, its bytes in base64 with and without line ends, and in hexadecimal.</summary>
    /// <param name="pem">The key as PEM (PKCS#8).</param>
    public static SecretSearch ForPrivateKey(string pem)
    {
        var lines = pem.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[1..^1];
        // The PEM as a whole may have been encoded once more.
        return new("the private key", text: null, Convert.FromBase64String(string.Concat(lines))[SharedPrefix..], Encoding.ASCII.GetBytes(string.Join('\n', lines[1..])));
    }

    /// <summary>A text, such as a marker in a notification's body.</summary>
    public static SecretSearch ForText(string name, string text) => new(name, text, Encoding.UTF8.GetBytes(text));

    /// <summary>What was found in a text, one line for each form; empty when nothing was.</summary>
    public IReadOnlyList<string> FindIn(string content)
    {
        var plain = WithoutWhiteSpace(Unescaped(content));
        var base64 = plain.Replace('-', '+').Replace('_', '/');
        var hex = plain.Replace("-", string.Empty, StringComparison.Ordinal).Replace(":", string.Empty, StringComparison.Ordinal).ToUpperInvariant();
        return
        [
            .. Found(_text.AreIn(plain), "as text"),
            .. Found(_base64.AreIn(base64), "in base64"),
            .. Found(_hex.AreIn(hex), "in hexadecimal"),
        ];
    }

    private IEnumerable<string> Found(bool isFound, string form) => isFound ? [$"{_name}, {form}"] : [];

    // Without the last character where it depends on what follows.
    private static string WholeBase64(byte[] bytes) => Convert.ToBase64String(bytes)[..(bytes.Length * 8 / 6)];

    private static string WithoutWhiteSpace(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character)));

    private static string Unescaped(string text) => Escape().Replace(text, match => match.Value switch
    {
        "\\n" or "\\r" or "\\t" => "\n",
        "\\/" => "/",
        var unicode => ((char)ushort.Parse(unicode.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
    });

    [GeneratedRegex(@"\\(?:[nrt/]|u[0-9a-fA-F]{4})")]
    private static partial Regex Escape();

    /// <summary>All parts of some texts that have the same length; a text that is found in part is found.</summary>
    private sealed class Windows
    {
        private readonly HashSet<string> _parts = new(StringComparer.Ordinal);
        private readonly int _size;

        public Windows(int size, IEnumerable<string> texts)
        {
            var all = texts.ToList();
            _size = all.Select(text => text.Length).Append(size).Min();
            foreach (var text in all)
            {
                for (var start = 0; start + _size <= text.Length; start++)
                {
                    _parts.Add(text.Substring(start, _size));
                }
            }
        }

        public bool AreIn(string content)
        {
            var lookup = _parts.GetAlternateLookup<ReadOnlySpan<char>>();
            for (var start = 0; start + _size <= content.Length; start++)
            {
                if (lookup.Contains(content.AsSpan(start, _size)))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
