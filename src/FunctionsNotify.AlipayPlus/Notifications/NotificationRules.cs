using System.Globalization;
using System.Text.Json;

namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The rules of notifyPushPayment over one notification. Lengths are counted in Unicode code points: the guide says
/// "characters", and of the usual ways to count this one refuses least. Fields that the API's table does not name are
/// passed through, nested ones too, as long as every scalar is a non-empty string.
/// </summary>
internal sealed class NotificationRules
{
    public const string Top = "$";
    public const int MaxViolations = 50;

    private const int MaxIdLength = 64;
    private const int MaxResultCodeLength = 64;
    private const int MaxResultMessageLength = 256;
    private const int MaxReadableIdLength = 256;
    private const int MaxNameLength = 64;
    private const int MaxPathLength = 256;

    private static readonly string[] TopFields = ["paymentResult", "paymentId", "paymentRequestId", "paymentTime"];
    private static readonly string[] ResultFields = ["resultStatus", "resultCode", "resultMessage"];

    private const string Required = "is required";
    private const string MustBeObject = "must be a JSON object";
    private const string MustBeString = "must be a JSON string";

    private readonly List<Violation> _violations = [];
    private int _unlisted;
    private bool _unlistedRefuse;
    private bool _refuses;
    private bool _hasOneMeaning = true;
    private bool _paymentIdIsRepeated;

    public NotificationReading Judge(JsonElement top)
    {
        var (notification, paymentId) = JudgeTop(top);
        return new NotificationReading
        {
            Notification = _refuses ? null : notification,
            // Given twice it could name the wrong payment to whoever reads the outcome.
            PaymentId = _paymentIdIsRepeated ? null : ForeignText.Cut(paymentId, MaxReadableIdLength),
            CanonicalHash = _hasOneMeaning ? CanonicalJson.Hash(top) : null,
            Violations = Listed(),
        };
    }

    private (PaymentNotification? Notification, string? PaymentId) JudgeTop(JsonElement top)
    {
        if (top.ValueKind != JsonValueKind.Object)
        {
            Refuse(Top, MustBeObject, Shape(top));
            if (top.ValueKind is JsonValueKind.Array or JsonValueKind.String)
            {
                JudgeContent(top, Top);
            }

            return default;
        }

        var fields = Members(top, Top);
        var result = JudgeResult(fields);
        var succeeded = result?.ResultStatus == "S";
        var paymentId = JudgeId(fields, "paymentId", Required);
        var requestId = JudgeId(fields, "paymentRequestId", succeeded ? "is required when resultStatus is S" : null);
        var time = JudgePaymentTime(fields, succeeded);
        JudgeOthers(fields, Top, TopFields);
        var notification = result is null || paymentId is null
            ? null
            : new PaymentNotification { PaymentResult = result, PaymentId = paymentId, PaymentRequestId = requestId, PaymentTime = time };
        return (notification, paymentId);
    }

    private PaymentResult? JudgeResult(Dictionary<string, JsonElement> top)
    {
        const string path = "paymentResult";
        top.Remove(path, out var value);
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse(path, IsUnused(value) ? Required : MustBeObject, Shape(value));
            JudgeContent(value, path);
            return null;
        }

        var fields = Members(value, path);
        var status = JudgeText(fields, path, "resultStatus", Required);
        if (status is not (null or "S" or "F"))
        {
            Refuse($"{path}.resultStatus", status == "U" ? "must not be U: only a final result is notified" : "must be S or F", Shape(status));
        }

        var code = JudgeCode(fields, path, status);
        var message = JudgeText(fields, path, "resultMessage");
        WarnIfLonger($"{path}.resultMessage", message, MaxResultMessageLength);
        JudgeOthers(fields, path, ResultFields);
        return status is null || code is null ? null : new PaymentResult { ResultStatus = status, ResultCode = code, ResultMessage = message };
    }

    private string? JudgeCode(Dictionary<string, JsonElement> result, string parent, string? status)
    {
        var path = $"{parent}.resultCode";
        if (JudgeText(result, parent, "resultCode", Required) is not { } code)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(code))
        {
            Refuse(path, "must not be blank", Shape(code));
            return code;
        }

        if (status == "S" && code != PaymentResult.SuccessCode)
        {
            Refuse(path, "must be SUCCESS when resultStatus is S", Shape(code));
        }
        else if (status == "F" && code == PaymentResult.SuccessCode)
        {
            Refuse(path, "must not be SUCCESS when resultStatus is F", Shape(code));
        }
        else if (code == "PAYMENT_IN_PROCESS")
        {
            Warn(path, "should be the code of a final result: PAYMENT_IN_PROCESS answers an inquiry for a payment that is not final", Shape(code));
        }

        WarnIfLonger(path, code, MaxResultCodeLength);
        if (code.Any(char.IsControl) || HasOuterBlank(code))
        {
            Warn(path, "should have no control characters and no blanks around it", Shape(code));
        }

        return code;
    }

    // An id that is blank or holds a control character names no payment. Blanks around an id may be Alipay+'s own.
    private string? JudgeId(Dictionary<string, JsonElement> top, string name, string? required)
    {
        if (JudgeText(top, Top, name, required) is not { } id)
        {
            return null;
        }

        if (Length(id) > MaxIdLength)
        {
            Refuse(name, $"must have at most {MaxIdLength} characters", Shape(id));
        }

        if (string.IsNullOrWhiteSpace(id))
        {
            Refuse(name, "must not be blank", Shape(id));
        }
        else if (id.Any(char.IsControl))
        {
            Refuse(name, "must have no control characters", Shape(id));
        }
        else if (HasOuterBlank(id))
        {
            Warn(name, "should have no blanks around it", Shape(id));
        }

        return id;
    }

    private string? JudgePaymentTime(Dictionary<string, JsonElement> top, bool succeeded)
    {
        const string path = "paymentTime";
        var given = top.GetValueOrDefault(path);
        var time = JudgeText(top, Top, path);
        if (time is null)
        {
            if (succeeded && IsUnused(given))
            {
                Warn(path, "is expected when resultStatus is S", Shape(given));
            }

            return null;
        }

        switch (PaymentTimeFormat.Judge(time))
        {
            case PaymentTimeVerdict.Invalid:
                Refuse(path, "must be an ISO 8601 date and time with an offset", Shape(time));
                break;
            case PaymentTimeVerdict.Doubtful:
                Warn(path, "should be written as 2020-01-01T12:01:01+08:30", Shape(time));
                break;
        }

        return time;
    }

    /// <summary>Takes a field that the API's table names; null when it has no text, the violations being told.</summary>
    private string? JudgeText(Dictionary<string, JsonElement> fields, string parent, string name, string? required = null)
    {
        var path = Member(parent, name);
        fields.Remove(name, out var value);
        if (IsUnused(value))
        {
            if (required is not null)
            {
                Refuse(path, required, Shape(value));
            }

            return null;
        }

        if (TextOf(value) is { Length: > 0 } text)
        {
            return text;
        }

        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            Refuse(path, MustBeString, Shape(value));
        }

        JudgeContent(value, path);
        return null;
    }

    private void JudgeOthers(Dictionary<string, JsonElement> fields, string path, params IReadOnlyList<string> known)
    {
        foreach (var (name, value) in fields)
        {
            if (Similar.To(name, known) is { } meant)
            {
                Warn(Member(path, name), $"is not a known field, and passed through: did you mean {meant}?", Shape(value));
            }

            JudgeContent(value, Member(path, name));
        }
    }

    /// <summary>The rules that hold for every value, whatever its field.</summary>
    private void JudgeContent(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                JudgeOthers(Members(value, path), path);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    var place = Shorten($"{(path == Top ? "" : path)}[{index++}]");
                    if (item.ValueKind == JsonValueKind.Null)
                    {
                        // The guide allows null for an unused field and says nothing of a null among items.
                        Warn(place, "should be a JSON string: null is for unused fields", Shape(item));
                    }

                    JudgeContent(item, place);
                }

                break;
            case JsonValueKind.String when TextOf(value) is null:
                _hasOneMeaning = false;
                Refuse(path, "must be valid Unicode", Shape(value));
                break;
            case JsonValueKind.String when value.ValueEquals(""u8):
                Refuse(path, "must not be empty; leave it out instead", Shape(value));
                break;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                Refuse(path, MustBeString, Shape(value));
                break;
        }
    }

    /// <summary>An object's members; repeated names and names that are not Unicode are told and left out.</summary>
    private Dictionary<string, JsonElement> Members(JsonElement container, string path)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in container.EnumerateObject())
        {
            var name = NameOf(member);
            if (name is not null && members.TryAdd(name, member.Value))
            {
                continue;
            }

            _hasOneMeaning = false;
            _paymentIdIsRepeated |= path == Top && name == "paymentId";
            var place = Member(path, name ?? "?");
            Refuse(place, name is null ? "its name must be valid Unicode" : "must be given once", name is null ? "a name that is not" : $"given again, {Shape(member.Value)}");
            JudgeContent(member.Value, place);
        }

        return members;
    }

    private void WarnIfLonger(string path, string? text, int maxLength)
    {
        if (text is not null && Length(text) > maxLength)
        {
            Warn(path, $"should have at most {maxLength} characters", Shape(text));
        }
    }

    private void Refuse(string path, string rule, string shape)
    {
        _refuses = true;
        Add(new Violation(path, rule, Severity.Refuse, shape));
    }

    private void Warn(string path, string rule, string shape) => Add(new Violation(path, rule, Severity.Warn, shape));

    // A body of 64 KB can hold tens of thousands of violations.
    private void Add(Violation violation)
    {
        if (_violations.Count < MaxViolations)
        {
            _violations.Add(violation);
            return;
        }

        _unlisted++;
        _unlistedRefuse |= violation.Severity == Severity.Refuse;
    }

    private List<Violation> Listed()
    {
        if (_unlisted == 0)
        {
            return _violations;
        }

        // The last listed one gives its place to the sum.
        var severity = _unlistedRefuse || _violations[^1].Severity == Severity.Refuse ? Severity.Refuse : Severity.Warn;
        return [.. _violations[..^1], new Violation(Top, $"only the first {MaxViolations - 1} violations are listed", severity, $"{_unlisted + 1} more violations")];
    }

    // Names are foreign text that goes into logs: each is cut, and what does not print is shown as "?".
    private static string Member(string parent, string name)
    {
        var shown = string.Create(Math.Min(name.Length, MaxNameLength), name, static (shown, name) =>
        {
            for (var index = 0; index < shown.Length; index++)
            {
                shown[index] = Prints(name[index]) ? name[index] : '?';
            }
        });
        return Shorten($"{(parent == Top ? "" : $"{parent}.")}{shown}{(name.Length > MaxNameLength ? "…" : "")}");
    }

    private static string Shorten(string path) => path.Length <= MaxPathLength ? path : path[..(MaxPathLength - 1)] + "…";

    private static bool Prints(char character) => char.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsUnused(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    private static bool HasOuterBlank(string text) => char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]);

    private static int Length(string text) => text.EnumerateRunes().Count();

    private static string Shape(string text) => Length(text) switch
    {
        0 => "empty string",
        1 => "string of 1 character",
        var length => $"string of {length} characters",
    };

    private static string Shape(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.String => TextOf(value) is { } text ? Shape(text) : "string that is not Unicode",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
