using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionsNotify.App;

internal static class QuarantineDays
{
    public static async Task<List<string>> ListAsync(BlobContainerClient container, CancellationToken cancellationToken)
    {
        var days = new List<string>();
        var items = container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }, cancellationToken);
        await foreach (var item in items.ConfigureAwait(false))
        {
            if (item.IsPrefix && item.Prefix.TrimEnd('/') is var day && QuarantinePosition.IsDay(day))
            {
                days.Add(day);
            }
        }

        days.Sort(static (left, right) => string.CompareOrdinal(right, left));
        return days;
    }
}
