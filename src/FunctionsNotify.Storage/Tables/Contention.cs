using System.Net;
using Azure;

namespace FunctionsNotify.Storage;

/// <summary>Writes under an ETag, again while others write the same row, a bounded number of times.</summary>
internal static class Contention
{
    /// <summary>Tries until the step says that it is done or another writer was not the reason.</summary>
    /// <param name="tries">How often it is tried.</param>
    /// <param name="step">Reads, decides and writes once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False when others were first every time.</returns>
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

    /// <summary>True when another writer changed, inserted or removed the row in between.</summary>
    public static bool IsLostRace(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.PreconditionFailed || IsExisting(exception) || IsGone(exception);

    /// <summary>True when an insert found the row in place; other conflicts, such as a table being deleted, are faults.</summary>
    public static bool IsExisting(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.Conflict && exception.ErrorCode == Azure.Data.Tables.Models.TableErrorCode.EntityAlreadyExists;

    // The row, not the table: a missing table is a fault.
    private static bool IsGone(RequestFailedException exception) =>
        exception.Status == (int)HttpStatusCode.NotFound && exception.ErrorCode == Azure.Data.Tables.Models.TableErrorCode.ResourceNotFound;
}
