namespace FunctionsNotify.AlipayPlus;

/// <summary>Reads an answer's body up to a limit.</summary>
internal static class ResponseBody
{
    /// <summary>The longest body that is read, in bytes. <c>[decided]</c></summary>
    public const int MaxLength = 64 * 1024;

    private const int UsualLength = 1024;

    /// <summary>Reads the body.</summary>
    /// <returns>The bytes; null when there are more than <see cref="MaxLength"/>.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxLength)
        {
            return null;
        }

        // One byte more than expected: the last read finds the end without growing first.
        var buffer = new byte[(content.Headers.ContentLength ?? UsualLength) + 1];
        var length = 0;
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                length += read;
                if (length > MaxLength)
                {
                    return null;
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxLength + 1));
                }
            }
        }

        return buffer.AsMemory(0, length);
    }
}
