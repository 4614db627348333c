using System.Net;
using Azure;

namespace FunctionsNotify.App;

// Writes under an ETag, again while others write the same row, a bounded number of times.
internal static class Contention
{
    public static async Task<bool> TryAsync(int tries, Func<Task> step, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await step().ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException exception) when (IsLostRace(exception))
            {
                if (attempt == tries)
                {
                    return false;
                }

                // Spread, so that the same writers do not meet again in step.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 * attempt)), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public static bool IsLostRace(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed || IsExisting(exception) || IsGone(exception);

    public static bool IsExisting(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.Conflict && exception.ErrorCode == Azure.Data.Tables.Models.TableErrorCode.EntityAlreadyExists;

    // The row, not the table: a missing table is a fault.
    private static bool IsGone(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.NotFound && exception.ErrorCode == Azure.Data.Tables.Models.TableErrorCode.ResourceNotFound;
}
