using System.Buffers;
using System.Text;
using Azure.Storage.Queues;
using FunctionsNotify.Client;

namespace FunctionsNotify.App;

// Puts messages on the notifications queue. The queue's protocol is XML: what that cannot hold, or would alter, goes in
// base64, which the codec opens.
internal sealed class NotificationSender : INotificationSender
{
    // The service's value for "never".
    private static readonly TimeSpan _neverExpires = TimeSpan.FromSeconds(-1);

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> _altered = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(code => (char)code).Except(['\t', '\n']), '\uFFFE', '\uFFFF']);

    private readonly QueueClient _queue;

    public NotificationSender(QueueClient queue) => _queue = queue;

    public bool Fits(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetByteCount(Text(content)) <= NotificationEnvelope.MaxMessageBytes;

    public async Task<string> SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        (await _queue.SendMessageAsync(Text(content), visibilityTimeout: null, _neverExpires, cancellationToken).ConfigureAwait(false)).Value.MessageId;

    private static string Text(ReadOnlyMemory<byte> content)
    {
        try
        {
            var text = _strict.GetString(content.Span);
            if (!text.AsSpan().ContainsAny(_altered))
            {
                return text;
            }
        }
        catch (DecoderFallbackException)
        {
            // In base64.
        }

        return Convert.ToBase64String(content.Span);
    }
}
