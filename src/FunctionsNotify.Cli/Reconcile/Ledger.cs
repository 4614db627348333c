using System.Security.Cryptography;
using System.Text;
using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>What the payment backend's books say of a payment.</summary>
internal sealed record LedgerLine(long Line, string PaymentId, string ResultStatus, string? ResultCode, string? Time, string? PaymentRequestId, string? ResultMessage);

/// <summary>A ledger as CSV (RFC 4180), its first line the columns' names.</summary>
internal sealed record Ledger(string Sha256, IReadOnlyList<LedgerLine> Lines, IReadOnlyList<string> Hints)
{
    private const int MaxProblems = 20;
    private static readonly string[] _columns = ["paymentId", "resultStatus", "resultCode", "time", "paymentRequestId", "resultMessage"];
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="CliFault">It is no ledger; every problem is named by its line.</exception>
    public static Ledger Read(byte[] content)
    {
        using var records = Records(Text(content)).GetEnumerator();
        if (!records.MoveNext())
        {
            throw Wrong(["is empty"]);
        }

        var names = records.Current.Fields;
        int[] places = [.. _columns.Select(column => names.IndexOf(column))];
        if (places[0] < 0 || places[1] < 0)
        {
            throw Wrong([$"its first line must name the columns paymentId and resultStatus (and may name {string.Join(", ", _columns[2..])})"]);
        }

        return Read(records, names.Count, places) is var lines && lines.Count > 0
            ? new Ledger(Convert.ToHexStringLower(SHA256.HashData(content)), lines, [.. names.Except(_columns).Select(Passed)])
            : throw Wrong(["has no payment"]);
    }

    private static List<LedgerLine> Read(IEnumerator<(long Line, List<string> Fields)> records, int width, int[] places)
    {
        List<LedgerLine> lines = [];
        List<string> problems = [];
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        while (problems.Count <= MaxProblems && records.MoveNext())
        {
            var (number, fields) = records.Current;
            string? Field(int column) => places[column] >= 0 && fields[places[column]] is { Length: > 0 } text ? text : null;
            if (fields.Count != width)
            {
                problems.Add($"line {number}: must have {width} fields like the first line, has {fields.Count}");
            }
            else if (Field(0) is not { } paymentId || Field(1) is not ("S" or "F"))
            {
                problems.Add($"line {number}: {(Field(0) is null ? "paymentId: is required" : "resultStatus: must be S or F")}");
            }
            else if (Refusal(paymentId) is { } refusal)
            {
                problems.Add($"line {number}: {refusal}");
            }
            else if (!seen.TryAdd(paymentId, number))
            {
                problems.Add($"line {number}: its payment is also in line {seen[paymentId]}");
            }
            else
            {
                lines.Add(new LedgerLine(number, paymentId, Field(1)!, Field(2), Field(3), Field(4), Field(5)));
            }
        }

        return problems.Count == 0 ? lines : throw Wrong(problems.Count > MaxProblems ? [.. problems[..MaxProblems], "and more"] : problems);
    }

    // No notification can have such an id, and the host refuses a whole call for it.
    private static Violation? Refusal(string paymentId) =>
        NotificationReader.Read(GivenNotification.Compose(paymentId, null, "F", "CODE", null, null)).Refusals.FirstOrDefault() is { } refusal ? refusal with { Field = "paymentId" } : null;

    private static string Text(byte[] content)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(content), _strict);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(["must be UTF-8"]);
        }
    }

    // Each record with the line at which it begins; empty lines are none.
    private static IEnumerable<(long Line, List<string> Fields)> Records(string text)
    {
        var (line, began) = (1L, 1L);
        var (isQuoted, wasQuoted) = (false, false);
        List<string> fields = [];
        var field = new StringBuilder();
        for (var at = 0; at <= text.Length; at++)
        {
            var character = at < text.Length ? text[at] : '\n';
            if (isQuoted && at == text.Length)
            {
                throw Wrong([$"line {began}: a quote is not closed"]);
            }

            if (isQuoted && character == '"' && (at + 1 == text.Length || text[at + 1] != '"'))
            {
                isQuoted = false;
            }
            else if (isQuoted)
            {
                // A doubled quote is one.
                at += character == '"' ? 1 : 0;
                line += character == '\n' ? 1 : 0;
                field.Append(character);
            }
            else if (character == '"' && field.Length == 0 && !wasQuoted)
            {
                (isQuoted, wasQuoted) = (true, true);
            }
            else if (character is ',' or '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
                wasQuoted = false;
                if (character == '\n')
                {
                    if (fields is not [""])
                    {
                        yield return (began, fields);
                    }

                    (fields, began) = ([], ++line);
                }
            }
            else if (wasQuoted && character != '\r')
            {
                throw Wrong([$"line {line}: a quoted field must end at its quote"]);
            }
            else if (character != '\r')
            {
                field.Append(character);
            }
        }
    }

    private static string Passed(string name) => $"Column {name} is ignored{(Similar.To(name, _columns) is { } meant ? $"; did you mean {meant}?" : ".")}";

    private static CliFault Wrong(IReadOnlyList<string> problems) => CliFault.Usage([.. problems.Select(problem => $"LEDGER: {problem}")]);
}
