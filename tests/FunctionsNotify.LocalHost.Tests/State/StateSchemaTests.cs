using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using Microsoft.Data.Sqlite;

namespace FunctionsNotify.LocalHost.Tests;

public sealed class StateSchemaTests : IDisposable
{
    // The tables as version 1 of the program made them; they stay as they are here.
    private const string Version1 =
        """
        CREATE TABLE claims(payment_id TEXT NOT NULL PRIMARY KEY, payment_request_id TEXT, delivery_id TEXT NOT NULL, generation INTEGER NOT NULL, body_hashes TEXT NOT NULL, first_message_id TEXT NOT NULL, accepted_at INTEGER NOT NULL, state TEXT NOT NULL, ended_at INTEGER, duplicates INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
        CREATE TABLE deliveries(number INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, is_open INTEGER NOT NULL, sequence INTEGER NOT NULL, snapshot BLOB NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE INDEX deliveries_open ON deliveries(number) WHERE is_open = 1;
        CREATE TABLE outbox(delivery_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Delivery Begin(string paymentId) => Delivery.Begin(DeliveryStart.Of(Payments.Claim(paymentId, Now), new DeliveryPolicy()), Now);

    private static Delivery After(Delivery delivery, AttemptKind kind, string status) =>
        delivery.Apply(new AttemptResult { Kind = kind, StartedAt = Now, Duration = TimeSpan.FromSeconds(1), ResultStatus = status, ResultCode = $"{kind}" }, Now);

    private static void Store(SqliteConnection connection, Delivery delivery)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO claims(payment_id, delivery_id, generation, body_hashes, first_message_id, accepted_at, state) VALUES ($payment, $delivery, 1, 'hash', 'm', $at, $state);
            INSERT INTO deliveries(delivery_id, is_open, sequence, snapshot, body) VALUES ($delivery, $open, $sequence, $snapshot, x'7b7d');
            """;
        command.Parameters.AddWithValue("$payment", delivery.PaymentId);
        command.Parameters.AddWithValue("$delivery", delivery.DeliveryId);
        command.Parameters.AddWithValue("$at", delivery.AcceptedAt.UtcTicks);
        command.Parameters.AddWithValue("$state", delivery.State.ToString());
        command.Parameters.AddWithValue("$open", delivery.Phase == DeliveryPhase.Final ? 0 : 1);
        command.Parameters.AddWithValue("$sequence", delivery.Sequence);
        command.Parameters.AddWithValue("$snapshot", Snapshots.Write(delivery));
        command.ExecuteNonQuery();
    }

    private string FileOfVersion1(params Delivery[] deliveries)
    {
        var path = _folder.File("state.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        StateDatabase.Execute(connection, Version1);
        foreach (var delivery in deliveries)
        {
            Store(connection, delivery);
        }

        return path;
    }

    [Fact]
    public void BringUp_FileOfVersion1_KeepsWhatIsThereAndListsWhatDidNotSucceedAtOnce()
    {
        var atOnce = After(Begin("at-once"), AttemptKind.Acknowledged, "S");
        var waits = After(Begin("waits"), AttemptKind.Unknown, "U");
        var rejected = After(Begin("rejected"), AttemptKind.Rejected, "F");
        var path = FileOfVersion1(atOnce, waits, rejected, Begin("fresh"));

        using var state = new LocalState(path);

        Assert.Equal(2, state.Reader.OpenDeliveries().Count);
        var claim = state.Reader.FindClaim("rejected")!;
        Assert.Equal(DeliveryState.Rejected, claim.State);
        Assert.Empty(claim.History);
        using var connection = state.Database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {IndexRows.Columns} FROM delivery_index ORDER BY payment_id";
        using var rows = command.ExecuteReader();
        var listed = new List<DeliveryIndexRow>();
        while (rows.Read())
        {
            listed.Add(IndexRows.Read(rows));
        }

        Assert.Equal([DeliveryIndexRow.Of(rejected), DeliveryIndexRow.Of(waits)], listed);
    }

    [Fact]
    public void BringUp_Again_ChangesNothing()
    {
        var path = FileOfVersion1(After(Begin("waits"), AttemptKind.Unknown, "U"));
        using (new LocalState(path))
        {
        }

        using var state = new LocalState(path);
        Assert.Single(state.Reader.OpenDeliveries());
    }
}
