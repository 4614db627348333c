namespace FunctionsNotify.AlipayPlus;

/// <summary>
/// The rules of <c>notifyPushPayment</c> over a notification that was read. A rule's sentence ends with its source; only
/// <c>[guide]</c> rules refuse, and <c>[decided]</c> ones where no payment could be meant.
/// </summary>
/// <param name="violations">Where violations go, in the order of the fields.</param>
/// <param name="isComplete">False when the JSON broke off: what is missing may only not have been reached.</param>
internal sealed class NotificationRules(ViolationList violations, bool isComplete)
{
    private const int MaxIdLength = 64;
    private const int MaxResultCodeLength = 64;
    private const int MaxResultMessageLength = 256;

    private const string Required = "is required [guide]";
    private const string NotEmpty = "must not be empty; leave it out instead [guide]";
    private const string MustBeString = "must be a JSON string [guide]";
    private const string MustBeUnicode = "must be valid Unicode [decided]";

    private static readonly HashSet<string> ResultFields = ["resultStatus", "resultCode", "resultMessage"];
    private static readonly HashSet<string> TopFields = ["paymentResult", "paymentId", "paymentRequestId", "paymentTime"];

    /// <summary>Judges every field and returns what could be read; of use only when nothing refuses.</summary>
    public PaymentNotification? Judge(JsonNode top)
    {
        if (top.Kind != JsonNodeKind.Object)
        {
            violations.Refuse(FieldPath.Top, "must be a JSON object [guide]", Shape(top));
            return null;
        }

        var result = JudgeResult(top);
        var succeeded = result?.ResultStatus == "S";
        var paymentId = JudgeId(top, "paymentId", isRequired: true);
        var paymentRequestId = JudgeId(top, "paymentRequestId", succeeded);
        var paymentTime = JudgePaymentTime(top, succeeded);
        JudgeOthers(top, FieldPath.Top, TopFields);
        return result is null || paymentId is null
            ? null
            : new PaymentNotification
            {
                PaymentResult = result,
                PaymentId = paymentId,
                PaymentRequestId = paymentRequestId,
                PaymentTime = paymentTime,
            };
    }

    private PaymentResult? JudgeResult(JsonNode top)
    {
        const string MustBeObject = "must be a JSON object [guide]";
        var path = FieldPath.Top.Member("paymentResult");
        JudgeRepeats(top, path, "paymentResult");
        var node = top.Find("paymentResult");
        if (node is null || node.Kind == JsonNodeKind.Null)
        {
            Miss(path, Required, node);
            return null;
        }

        if (node.Kind != JsonNodeKind.Object)
        {
            violations.Refuse(path, MustBeObject, Shape(node));
            JudgeContent(node, path);
            return null;
        }

        var status = JudgeStatus(node, path);
        var code = JudgeCode(node, path, status);
        var message = JudgeText(node, path, "resultMessage", isRequired: false);
        if (message is not null)
        {
            WarnIfLonger(path.Member("resultMessage"), message, MaxResultMessageLength);
        }

        JudgeOthers(node, path, ResultFields);
        return status is null || code is null
            ? null
            : new PaymentResult { ResultStatus = status, ResultCode = code, ResultMessage = message };
    }

    private string? JudgeStatus(JsonNode result, FieldPath resultPath)
    {
        var path = resultPath.Member("resultStatus");
        var status = JudgeText(result, resultPath, "resultStatus", isRequired: true);
        switch (status)
        {
            case null or "S" or "F":
                return status;
            case "U":
                violations.Refuse(path, "must not be U: only a final result is notified [guide]", Shape(status));
                return null;
            default:
                violations.Refuse(path, "must be S or F [guide]", Shape(status));
                return null;
        }
    }

    private string? JudgeCode(JsonNode result, FieldPath resultPath, string? status)
    {
        var path = resultPath.Member("resultCode");
        var code = JudgeText(result, resultPath, "resultCode", isRequired: true);
        if (code is null)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(code))
        {
            violations.Refuse(path, "must not be blank [decided]", Shape(code));
            return null;
        }

        if (status == "S" && code != PaymentResult.SuccessCode)
        {
            violations.Refuse(path, "must be SUCCESS when resultStatus is S [guide]", Shape(code));
        }
        else if (status == "F" && code == PaymentResult.SuccessCode)
        {
            violations.Refuse(path, "must not be SUCCESS when resultStatus is F [guide]", Shape(code));
        }

        WarnIfLonger(path, code, MaxResultCodeLength);
        if (HasControl(code) || HasOuterBlank(code))
        {
            violations.Warn(path, "should have no control characters and no blanks around it [decided]", Shape(code));
        }

        return code;
    }

    // An id that is blank or holds a control character names no payment: it is a fault of the message, and sending it
    // could only be answered with PARAM_ILLEGAL. Blanks around an id may be Alipay+'s own, so they only warn.
    private string? JudgeId(JsonNode top, string name, bool isRequired)
    {
        var path = FieldPath.Top.Member(name);
        var id = JudgeText(top, FieldPath.Top, name, isRequired);
        if (id is null)
        {
            return null;
        }

        if (Unicode.Length(id) > MaxIdLength)
        {
            violations.Refuse(path, $"must have at most {MaxIdLength} characters [guide]", Shape(id));
        }

        if (string.IsNullOrWhiteSpace(id))
        {
            violations.Refuse(path, "must not be blank [decided]", Shape(id));
        }
        else if (HasControl(id))
        {
            violations.Refuse(path, "must have no control characters [decided]", Shape(id));
        }
        else if (HasOuterBlank(id))
        {
            violations.Warn(path, "should have no blanks around it [decided]", Shape(id));
        }

        return id;
    }

    private string? JudgePaymentTime(JsonNode top, bool succeeded)
    {
        var path = FieldPath.Top.Member("paymentTime");
        var time = JudgeText(top, FieldPath.Top, "paymentTime", isRequired: false);
        if (time is null)
        {
            var node = top.Find("paymentTime");
            if (succeeded && isComplete && (node is null || node.Kind == JsonNodeKind.Null))
            {
                violations.Warn(path, "is expected when resultStatus is S [cut sentence]", Shape(node));
            }

            return null;
        }

        switch (PaymentTimeFormat.Judge(time))
        {
            case PaymentTimeVerdict.Invalid:
                violations.Refuse(path, "must be an ISO 8601 date and time with an offset [guide]", Shape(time));
                break;
            case PaymentTimeVerdict.Doubtful:
                violations.Warn(path, "should be written as 2020-01-01T12:01:01+08:30 [decided]", Shape(time));
                break;
        }

        return time;
    }

    /// <summary>The text of a field that the API's table names; null when it has none, the violations being told.</summary>
    private string? JudgeText(JsonNode parent, FieldPath parentPath, string name, bool isRequired)
    {
        var path = parentPath.Member(name);
        JudgeRepeats(parent, path, name);
        var node = parent.Find(name);
        if (node is null || node.Kind == JsonNodeKind.Null)
        {
            if (isRequired)
            {
                Miss(path, name == "paymentRequestId" ? "is required when resultStatus is S [guide]" : Required, node);
            }

            return null;
        }

        if (node is { Kind: JsonNodeKind.Text, Text: { Length: > 0 } text })
        {
            return text;
        }

        if (node.Kind is JsonNodeKind.Object or JsonNodeKind.Array)
        {
            violations.Refuse(path, MustBeString, Shape(node));
        }

        JudgeContent(node, path);
        return null;
    }

    private void JudgeRepeats(JsonNode parent, FieldPath path, string name)
    {
        foreach (var member in parent.Members)
        {
            if (member.IsRepeated && member.Name == name)
            {
                Repeat(path, member.Value);
            }
        }
    }

    // Fields that the table does not name are passed through: the page may list more than we could read. [decided]
    private void JudgeOthers(JsonNode parent, FieldPath path, HashSet<string> named)
    {
        foreach (var member in parent.Members)
        {
            if (member.Name is null || !named.Contains(member.Name))
            {
                JudgeMember(member, path);
            }
        }
    }

    private void JudgeMember(JsonMember member, FieldPath parentPath)
    {
        var path = parentPath.Member(member.Name);
        if (member.Name is null)
        {
            violations.Refuse(path, "its name must be valid Unicode [decided]", "a name that is not");
        }

        if (member.IsRepeated)
        {
            Repeat(path, member.Value);
        }

        JudgeContent(member.Value, path);
    }

    /// <summary>The rules that hold for every value, whatever its field.</summary>
    private void JudgeContent(JsonNode node, FieldPath path)
    {
        switch (node.Kind)
        {
            case JsonNodeKind.Object:
                foreach (var member in node.Members)
                {
                    JudgeMember(member, path);
                }

                break;
            case JsonNodeKind.Array:
                for (var index = 0; index < node.Items.Count; index++)
                {
                    JudgeItem(node.Items[index], path.Item(index));
                }

                break;
            case JsonNodeKind.Text when node.Text!.Length == 0:
                violations.Refuse(path, NotEmpty, Shape(node));
                break;
            case JsonNodeKind.UnreadableText:
                violations.Refuse(path, MustBeUnicode, Shape(node));
                break;
            case JsonNodeKind.Number or JsonNodeKind.Boolean:
                violations.Refuse(path, MustBeString, Shape(node));
                break;
            case JsonNodeKind.TooDeep:
                violations.Refuse(path, $"must not be nested deeper than {StrictJson.MaxDepth} levels [decided]", Shape(node));
                break;
        }
    }

    // The guide allows null for an unused field and says nothing of a null among the items of an array.
    private void JudgeItem(JsonNode item, FieldPath path)
    {
        if (item.Kind == JsonNodeKind.Null)
        {
            violations.Warn(path, "should be a JSON string: null is for unused fields [decided]", Shape(item));
        }

        JudgeContent(item, path);
    }

    private void Miss(FieldPath path, string rule, JsonNode? node)
    {
        if (isComplete || node is not null)
        {
            violations.Refuse(path, rule, Shape(node));
        }
    }

    private void Repeat(FieldPath path, JsonNode value) =>
        violations.Refuse(path, "must be given once [decided]", $"given again, {Shape(value)}");

    private void WarnIfLonger(FieldPath path, string text, int maxLength)
    {
        if (Unicode.Length(text) > maxLength)
        {
            violations.Warn(path, $"should have at most {maxLength} characters [family]", Shape(text));
        }
    }

    private static bool HasControl(string text) => text.Any(char.IsControl);

    private static bool HasOuterBlank(string text) => char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]);

    private static string Shape(string text) => Unicode.Length(text) switch
    {
        0 => "empty string",
        1 => "string of 1 character",
        var length => $"string of {length} characters",
    };

    private static string Shape(JsonNode? node) => node?.Kind switch
    {
        null => "missing",
        JsonNodeKind.Object => "object",
        JsonNodeKind.Array => "array",
        JsonNodeKind.Text => Shape(node.Text!),
        JsonNodeKind.UnreadableText => "string that is not Unicode",
        JsonNodeKind.Number => "number",
        JsonNodeKind.Boolean => "boolean",
        JsonNodeKind.Null => "null",
        _ => "object or array nested deeper",
    };
}
