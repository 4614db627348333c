using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal sealed record Pause(
    DateTimeOffset Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Actor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);

// Whether operators have paused sending: one row for the whole app, there while it is paused. An instance that sends
// reads it every few seconds, however many payments it sends; while it cannot be read, what it knew last stands.
internal sealed class SendingPause
{
    public static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(3);

    // A storage that hangs holds up a send this long, once in that time.
    public static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(2);

    private const string Partition = "sending";
    private const string Row = "pause";
    private const int Version = 1;
    private const string Since = "Since";
    private const string Actor = "Actor";
    private const string Reason = "Reason";

    // A person cannot resume that quickly more often.
    private const int Tries = 4;

    private readonly NotifyTable _table;
    private readonly TimeProvider _time;
    private readonly ILogger<SendingPause> _logger;
    private readonly SharedAnswer<Pause?> _current;
    private Pause? _known;

    public SendingPause(NotifyTable table, TimeProvider time, ILogger<SendingPause> logger)
    {
        (_table, _time, _logger) = (table, time, logger);
        _current = new SharedAnswer<Pause?>(RefreshAsync, ReadEvery, time);
    }

    public Task<Pause?> GetAsync(CancellationToken cancellationToken) => _current.GetAsync(cancellationToken);

    public async Task<Pause?> ReadAsync(CancellationToken cancellationToken)
    {
        var row = await _table.Rows.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken).ConfigureAwait(false);
        return row.HasValue ? new Pause(row.Value!.Time(Since), row.Value!.GetString(Actor), row.Value!.GetString(Reason)) : null;
    }

    // The pause that stands; where there was one before, that one.
    public async Task<Pause> BeginAsync(Pause pause, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            try
            {
                await _table.Rows.AddEntityAsync(
                    new TableEntity(Partition, Row)
                    {
                        [RowProperties.SchemaVersion] = Version,
                        [Since] = RowProperties.Format(pause.Since),
                        [Actor] = pause.Actor,
                        [Reason] = pause.Reason,
                    },
                    cancellationToken).ConfigureAwait(false);
                _current.Forget();
                return pause;
            }
            catch (RequestFailedException exception) when (Contention.IsExisting(exception))
            {
                // Where it is gone again, it was resumed in between, and this pause has still to begin.
                if (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } standing)
                {
                    return standing;
                }
            }
        }

        throw new InvalidOperationException($"Sending was paused and resumed {Tries} times while it was being paused.");
    }

    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await _table.Rows.DeleteEntityAsync(Partition, Row, ETag.All, cancellationToken).ConfigureAwait(false);
        _current.Forget();
    }

    private async Task<Pause?> RefreshAsync()
    {
        using var limit = new CancellationTokenSource(LongestRead, _time);
        try
        {
            _known = await ReadAsync(limit.Token).WaitAsync(LongestRead, _time, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the fault: neither does it stop sending, nor does it end a pause.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Logs.PauseUnread(_logger, fault, _known is null ? "goes on" : "stays paused");
        }

        return _known;
    }
}
