namespace FunctionsNotify.App;

internal abstract record CommandAnswer
{
    private CommandAnswer()
    {
    }

    public sealed record Accepted(string CommandId, string DeliveryId) : CommandAnswer;

    public sealed record Unknown : CommandAnswer;

    public sealed record Ended(DeliveryState State) : CommandAnswer;

    public sealed record NotStarted : CommandAnswer;

    // The delivery's orchestration has failed or was terminated before the delivery ended; nothing would read a
    // command.
    public sealed record Broken(string Action) : CommandAnswer;
}
