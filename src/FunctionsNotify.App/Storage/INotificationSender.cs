namespace FunctionsNotify.App;

internal interface INotificationSender
{
    bool Fits(ReadOnlyMemory<byte> content);

    Task<string> SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
