using System.Globalization;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.LocalHost;

/// <summary>
/// Lists the deliveries of the file, newest first, without those that were acknowledged at their first attempt, as the
/// index of the other host has it. A page looks at a bounded number of deliveries.
/// </summary>
internal sealed class SqliteDeliveryListing(StateDatabase database) : IDeliveryListing
{
    private const int LookedAt = 2000;

    /// <inheritdoc/>
    public Task<DeliveryListPage> ListAsync(DeliveryListFilter filter, int max, string? continuation, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var position = Position(continuation);
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT number, snapshot FROM deliveries WHERE number < $number AND length(snapshot) > 0 ORDER BY number DESC LIMIT $limit";
        command.Parameters.AddWithValue("$number", position);
        command.Parameters.AddWithValue("$limit", LookedAt);
        using var reader = command.ExecuteReader();
        var rows = new List<DeliveryIndexRow>();
        var looked = 0;
        while (rows.Count < max && reader.Read())
        {
            looked++;
            position = reader.GetInt64(0);
            var delivery = Snapshots.Read(reader.GetFieldValue<byte[]>(1));
            if (IsListed(delivery, filter))
            {
                rows.Add(DeliveryIndexRow.Of(delivery));
            }
        }

        var mayFollow = rows.Count == max || looked == LookedAt;
        return Task.FromResult(new DeliveryListPage(rows, mayFollow ? position.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static long Position(string? continuation) => continuation is null
        ? long.MaxValue
        : long.TryParse(continuation, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException("The continuation is none that a page gave.", nameof(continuation));

    private static bool IsListed(Delivery delivery, DeliveryListFilter filter) =>
        delivery is not { State: DeliveryState.Delivered, Attempts.Count: 1, Postponements: 0, Supersedes: null }
        && !(delivery is { State: DeliveryState.Open, Attempts.Count: 0, Postponements: 0, Supersedes: null })
        && (filter.States.Count == 0 || filter.States.Contains(delivery.State))
        && (filter.ResultCode is null || filter.ResultCode == delivery.LastResult?.ResultCode)
        && delivery.AcceptedAt >= filter.From
        && delivery.AcceptedAt < filter.To;
}
