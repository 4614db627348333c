using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Deliveries;

internal static class OperatorGuide
{
    public static string? ActionFor(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return (delivery.State, delivery.Cause) switch
        {
            (DeliveryState.Rejected, _) => ActionFor(delivery.LastResult),
            (DeliveryState.Exhausted, _) => "Alipay+ gave no final answer within the retry schedule: find why from the attempts, then deliver again; Alipay+ may have learned the result by its own inquiry.",
            (DeliveryState.Cancelled, _) => "Cancelled by an operator: make sure that Alipay+ learns the result another way, or deliver again.",
            (DeliveryState.Open, _) when delivery.LastResult is { Kind: AttemptKind.SetupRejected } last => ActionFor(last),
            _ => null,
        };
    }

    private static string ActionFor(AttemptResult? last) => ResultCodeCatalogue.Describe(last?.ResultCode, last?.ResultStatus).Action;
}
