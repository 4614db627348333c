using System.Globalization;
using System.Text;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// A place in a notification, such as <c>paymentResult.resultCode</c> or <c>extra.items[3]</c>. Names are foreign text
/// that goes into logs: each is cut, and what does not print is shown as <c>?</c>.
/// </summary>
internal sealed class FieldPath
{
    /// <summary>The notification itself.</summary>
    public static readonly FieldPath Top = new(null, "$", -1);

    private const int MaxNameLength = 64;
    private const int MaxLength = 256;

    private readonly FieldPath? parent;
    private readonly string? name;
    private readonly int index;

    private FieldPath(FieldPath? parent, string? name, int index)
    {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    /// <summary>The member of that name; null for a name that cannot be read.</summary>
    public FieldPath Member(string? member) => new(this, member ?? "?", -1);

    /// <summary>The array item.</summary>
    public FieldPath Item(int item) => new(this, null, item);

    /// <inheritdoc/>
    public override string ToString()
    {
        if (parent is null)
        {
            return "$";
        }

        var text = new StringBuilder();
        Append(text);
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength - 1) + "…";
    }

    private void Append(StringBuilder text)
    {
        if (parent is null)
        {
            return;
        }

        parent.Append(text);
        if (name is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            return;
        }

        if (text.Length > 0)
        {
            text.Append('.');
        }

        foreach (var character in name.AsSpan(0, Math.Min(name.Length, MaxNameLength)))
        {
            text.Append(Prints(character) ? character : '?');
        }

        if (name.Length > MaxNameLength)
        {
            text.Append('…');
        }
    }

    private static bool Prints(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
