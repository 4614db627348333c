using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>The quarantine's ports in memory, with versions as a store has them, and a fault wherever a test wants one.</summary>
internal sealed class QuarantineInMemory : IQuarantineRecords, INotificationSender, IMessageCodec, IAuditLog, ILogger<QuarantineOperations>
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private int _version;

    public QuarantineInMemory(RetentionPolicy? retention = null) => Operations = new QuarantineOperations(this, this, this, Trail, retention ?? new RetentionPolicy(), Time, this);

    public QuarantineOperations Operations { get; }

    public AuditTrail Trail => new(this, Time, NullLoggerFactory.Instance);

    /// <summary>Every audit entry as it stands, by id.</summary>
    public Dictionary<string, AuditEntry> Audit { get; } = [];

    public bool AuditIsDown { get; set; }

    public FakeTimeProvider Time { get; } = new(Now);

    public Dictionary<string, StoredQuarantineRecord> Records { get; } = [];

    public List<string> Sent { get; } = [];

    public List<string> Logged { get; } = [];

    /// <summary>Runs before a write, with the number of the write from 1.</summary>
    public Action<int>? BeforeWrite { get; set; }

    public Action? BeforeSend { get; set; }

    public Action? AfterSend { get; set; }

    /// <summary>Runs after a record was read and before its reader goes on.</summary>
    public Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

    public int LongestMessage { get; set; } = 1000;

    private int _writes;

    public QuarantineRecord Add(string content, MessageState state = MessageState.Invalid, string? paymentId = null, DateTimeOffset? insertedAt = null, DateTimeOffset? claimedAt = null)
    {
        var record = new QuarantineRecord
        {
            State = state,
            MessageId = $"m-{Records.Count}",
            InsertedAt = insertedAt ?? Now.AddDays(-1),
            QuarantinedAt = Now,
            PaymentId = paymentId,
            ClaimedAt = claimedAt,
            Reasons = [new Violation("$", "a rule", Severity.Refuse, "a shape")],
            Content = Encoding.UTF8.GetBytes(content),
        };
        Records[record.QuarantineId] = new StoredQuarantineRecord(record, "0");
        return record;
    }

    public QuarantineRecord Current(QuarantineRecord record) => Records[record.QuarantineId].Record;

    public Task<QuarantinePage> ListAsync(QuarantineFilter filter, int max, string? continuation, CancellationToken cancellationToken) =>
        Task.FromResult(new QuarantinePage([.. Records.Values.Select(stored => stored.Record).Where(filter.Matches).Take(max)], [], null));

    public async Task<StoredQuarantineRecord?> GetAsync(string quarantineId, CancellationToken cancellationToken)
    {
        StoredQuarantineRecord? found;
        lock (_lock)
        {
            found = Records.GetValueOrDefault(quarantineId);
        }

        await AfterRead();
        return found;
    }

    public Task<string?> TryReplaceAsync(QuarantineRecord record, string version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            BeforeWrite?.Invoke(++_writes);
            // No change is ever without its entry.
            Assert.Contains(Audit.Values, entry => entry.QuarantineId == record.QuarantineId);
            if (Records[record.QuarantineId].Version != version)
            {
                return Task.FromResult<string?>(null);
            }

            var next = $"{++_version}";
            Records[record.QuarantineId] = new StoredQuarantineRecord(record, next);
            return Task.FromResult<string?>(next);
        }
    }

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Audit[entry.Id] = AuditIsDown ? throw new IOException("the audit log is away") : entry;
            return Task.CompletedTask;
        }
    }

    public Task<AuditPage> ListAsync(AuditFilter filter, int max, string? continuation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public bool Fits(ReadOnlyMemory<byte> content) => content.Length <= LongestMessage;

    public Task<string> SendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            BeforeSend?.Invoke();
            Sent.Add(Encoding.UTF8.GetString(content.Span));
            AfterSend?.Invoke();
            return Task.FromResult($"sent-{Sent.Count}");
        }
    }

    public DecodedMessage Decode(ReadOnlyMemory<byte> content) => content.Span.StartsWith("undecodable"u8)
        ? new DecodedMessage { Violations = [new Violation("$", "must be JSON", Severity.Refuse, "text")] }
        : new DecodedMessage { Notification = content };

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            Logged.Add(formatter(state, exception));
        }
    }
}
