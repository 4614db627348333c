using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Simulator.Tests;

internal static class Given
{
    public static ReceivedRequest Record(string paymentId) => new()
    {
        Sequence = 0,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Method = "POST",
        Path = NotifyPushPayment.Path,
        Headers = new Dictionary<string, string[]>(),
        Body = ReadOnlyMemory<byte>.Empty,
        PaymentId = paymentId,
        Verdict = new RequestVerdict { IsAccepted = true, Signature = VerificationStatus.Valid },
        Answer = new AnswerRecord
        {
            Source = AnswerSource.Default,
            HttpStatus = 200,
            Signing = AnswerSigning.Valid,
            Body = AnswerBody.Result,
            Connection = ConnectionBehaviour.Keep,
            Delay = TimeSpan.Zero,
            TraceId = "t",
        },
    };
}
