using System.Runtime.CompilerServices;
using System.Text.Json;

namespace FunctionsNotify.Cli;

/// <summary>Which deliveries of the index are meant.</summary>
/// <param name="State">States, separated by commas; null for all.</param>
/// <param name="ResultCode">The last result code; null for any.</param>
/// <param name="From">Accepted at or after, UTC.</param>
/// <param name="To">Accepted before, UTC.</param>
internal sealed record DeliveryFilter(string? State, string? ResultCode, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>The most items of a page.</summary>
    public const int MaxPageSize = 200;

    /// <summary>One page.</summary>
    public Task<JsonElement> PageAsync(ApiClient api, int? pageSize, string? continuationToken, CancellationToken cancellationToken) =>
        api.GetAsync(
            ApiCall.To("notifications").With("state", State).With("resultCode", ResultCode).With("from", From).With("to", To).With("pageSize", pageSize).With("continuationToken", continuationToken),
            cancellationToken);

    /// <summary>Every item, page after page.</summary>
    public async IAsyncEnumerable<JsonElement> AllAsync(ApiClient api, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            var page = await PageAsync(api, MaxPageSize, token, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items("items"))
            {
                yield return item;
            }

            var next = page.Text("continuationToken");
            if (next is not null && next == token)
            {
                throw CliFault.NotDone("The host gave the same page twice: the list cannot be read to its end.");
            }

            token = next;
        }
        while (token is not null);
    }
}
