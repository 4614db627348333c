namespace FunctionsNotify.App;

internal interface IRepair
{
    Task<RepairAnswer> RepairAsync(string paymentId, CommandRequest request, CancellationToken cancellationToken);
}

internal abstract record RepairAnswer
{
    private RepairAnswer()
    {
    }

    public sealed record Repaired(string DeliveryId) : RepairAnswer;

    public sealed record Unknown : RepairAnswer;

    public sealed record Ended(DeliveryState State) : RepairAnswer;

    public sealed record NotBroken : RepairAnswer;
}
