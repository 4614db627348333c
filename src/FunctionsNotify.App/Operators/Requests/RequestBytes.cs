using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

internal static class RequestBytes
{
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[maxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length > maxBytes)
        {
            // Not in a conditional expression: there null would become an empty memory.
            return null;
        }

        return buffer.AsMemory(0, length);
    }
}
