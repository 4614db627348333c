namespace FunctionsNotify.App.Tests.Storage;

/// <summary>
/// Pages over random rows while rows are added and changed: every row that stood still and matches is met exactly once,
/// newest first, and none that does not match.
/// </summary>
internal static class ListingWalk
{
    private const int Rows = 60;

    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly string?[] Codes = [null, "PROCESS_FAIL", "O'BRIEN \"x\" eq", "UNKNOWN_EXCEPTION"];

    /// <summary>One walk.</summary>
    /// <param name="listing">The listing over an empty store.</param>
    /// <param name="write">Writes a row.</param>
    /// <param name="seed">What is random follows from it.</param>
    /// <returns>How many pages there were.</returns>
    /// <exception cref="InvalidOperationException">The property does not hold.</exception>
    public static async Task<int> RunAsync(DeliveryListing listing, Func<DeliveryIndexRow, Task> write, int seed)
    {
        ArgumentNullException.ThrowIfNull(listing);
        ArgumentNullException.ThrowIfNull(write);
        var random = new Random(seed);
        var rows = Enumerable.Range(0, Rows).Select(number => Row(random, $"{seed}-{number}")).ToList();
        foreach (var row in rows)
        {
            await write(row);
        }

        var moving = rows.Where(_ => random.Next(3) == 0).ToList();
        var filter = new DeliveryListFilter(
            [.. Enum.GetValues<DeliveryState>().Where(_ => random.Next(2) == 0)],
            random.Next(2) == 0 ? Codes[random.Next(1, Codes.Length)] : null,
            Noon.AddHours(-random.Next(1, 48)).AddTicks(random.Next(3) - 1),
            Noon.AddHours(random.Next(1, 48)).AddTicks(random.Next(3) - 1));
        var max = random.Next(1, 9);
        var met = new List<DeliveryIndexRow>();
        var pages = 0;
        string? continuation = null;
        do
        {
            var page = await listing.ListAsync(filter, max, continuation, CancellationToken.None);
            Require(page.Rows.Count <= max, seed, $"a page of {page.Rows.Count} rows where {max} were asked for");
            met.AddRange(page.Rows);
            continuation = page.Continuation;
            await write(Row(random, $"{seed}-new-{pages}"));
            if (moving.Count > 0)
            {
                var moved = moving[random.Next(moving.Count)];
                await write(moved with { State = State(random), AttemptCount = 9, Sequence = 1000 + pages });
            }

            Require(++pages < 1000, seed, "no end");
        }
        while (continuation is not null);

        var expected = rows.Except(moving).Where(row => Matches(filter, row)).Select(row => row.DeliveryId).Order(StringComparer.Ordinal);
        var still = rows.Except(moving).Select(row => row.DeliveryId).ToHashSet(StringComparer.Ordinal);
        var found = met.Select(row => row.DeliveryId).Where(still.Contains).Order(StringComparer.Ordinal);
        Require(expected.SequenceEqual(found), seed, $"expected {string.Join(", ", expected)}, met {string.Join(", ", found)} under {filter}");
        Require(met.Zip(met.Skip(1)).All(pair => pair.First.AcceptedAt >= pair.Second.AcceptedAt), seed, "not newest first");
        Require(met.All(row => Matches(filter, row)), seed, "a row that does not match");
        return pages;
    }

    private static DeliveryIndexRow Row(Random random, string name)
    {
        // Many rows of one time, on both sides of midnights.
        var acceptedAt = Noon.AddHours(random.Next(-60, 60)).AddTicks(random.Next(3) - 1);
        var state = State(random);
        return new DeliveryIndexRow
        {
            DeliveryId = DeliveryIds.ForDelivery(name, generation: 1),
            PaymentId = name,
            PaymentRequestId = random.Next(2) == 0 ? $"r-{name}" : null,
            AcceptedAt = acceptedAt,
            State = state,
            AttemptCount = random.Next(1, 16),
            NextDueAt = state == DeliveryState.Open ? acceptedAt.AddMinutes(1) : null,
            LastKind = AttemptKind.Unknown,
            LastResultCode = Codes[random.Next(Codes.Length)],
            Sequence = 4,
        };
    }

    private static DeliveryState State(Random random) => Enum.GetValues<DeliveryState>()[random.Next(5)];

    private static bool Matches(DeliveryListFilter filter, DeliveryIndexRow row) =>
        row.AcceptedAt >= filter.From
        && row.AcceptedAt < filter.To
        && (filter.States.Count == 0 || filter.States.Contains(row.State))
        && (filter.ResultCode is null || filter.ResultCode == row.LastResultCode);

    private static void Require(bool holds, int seed, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Seed {seed}: {what}.");
        }
    }
}
