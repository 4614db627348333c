namespace FunctionsNotify.App;

internal static class RequeueRules
{
    public const string BodyField = "body";
    public const string ForceField = "force";

    // Judges the message that would be sent: errors takes what no force sets aside; what it does set aside is returned,
    // by field.
    public static IReadOnlyList<KeyValuePair<string, string>> Judge(
        QuarantineRecord record, ReadOnlyMemory<byte>? correction, IMessageCodec codec, INotificationSender sender, TimeSpan claimRetention, DateTimeOffset now, FieldErrors errors)
    {
        var objections = new List<KeyValuePair<string, string>>();
        var reading = IntakeReading.Of(codec, correction ?? record.Content);
        if (correction is not null)
        {
            JudgeCorrection(record, reading, errors, objections);
        }
        else if (record.State == MessageState.Invalid && !reading.IsAccepted)
        {
            objections.Add(new(ForceField, $"the message as it is would be refused again: {string.Join("; ", Refusals(reading))}"));
        }

        if (!sender.Fits(correction ?? record.Content))
        {
            errors.Add(BodyField, "must fit a queue message, encoding included");
        }

        // The oldest of the two times counts: past it, intake may not know any more what was accepted for the payment.
        var since = record.ClaimedAt is { } claimedAt && claimedAt < record.InsertedAt ? claimedAt : record.InsertedAt;
        if (now - since > claimRetention)
        {
            objections.Add(new(ForceField, $"since {since:yyyy-MM-dd} more time has passed than claims are kept ({claimRetention.TotalDays:0} days): a notification that contradicts one already sent would not be noticed"));
        }

        return objections;
    }

    private static void JudgeCorrection(QuarantineRecord record, IntakeReading reading, FieldErrors errors, List<KeyValuePair<string, string>> objections)
    {
        foreach (var violation in Refusals(reading))
        {
            errors.Add(violation.Field == "$" ? BodyField : $"{BodyField}.{violation.Field}", $"{violation.Rule} (found {violation.Shape})");
        }

        if (reading.IsAccepted && record.PaymentId is { } paymentId && reading.Notification?.PaymentId != paymentId)
        {
            objections.Add(new(ForceField, "the corrected body is for another payment than the record"));
        }
    }

    private static IEnumerable<Violation> Refusals(IntakeReading reading) => reading.Violations.Where(violation => violation.Severity == Severity.Refuse);
}
