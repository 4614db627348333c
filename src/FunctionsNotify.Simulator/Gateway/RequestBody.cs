using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.Simulator;

/// <summary>A request's body, read up to a limit.</summary>
/// <param name="Bytes">The bytes, at most <see cref="MaxBytes"/>.</param>
/// <param name="IsWhole">False when the body was longer.</param>
internal readonly record struct RequestBody(ReadOnlyMemory<byte> Bytes, bool IsWhole)
{
    /// <summary>The most bytes that are read: more than a notification can have, so that a longer one is recorded and refused by its rule. <c>[decided]</c></summary>
    public const int MaxBytes = 256 * 1024;

    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted || read.Buffer.Length > MaxBytes)
            {
                var isWhole = read.Buffer.Length <= MaxBytes;
                var bytes = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, MaxBytes)).ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return new(bytes, isWhole);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
