using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App.Tests.Core;

public sealed class PoisonDrainTests
{
    private readonly InMemoryHost _host = new();
    private readonly PoisonInMemory _poison = new();
    private readonly PoisonDrainOptions _options = new() { MaxTries = 3 };

    [Fact]
    public async Task Run_EmptyQueue_DoesNothing()
    {
        Assert.Equal(new PoisonDrainReport(0, 0, 0), await DrainAsync());
    }

    [Fact]
    public async Task Run_ValidMessage_StartsItsDeliveryAndDeletesIt()
    {
        _poison.Add(InMemoryHost.Body("p-1"));

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        Assert.Equal("p-1", Assert.Single(_host.Started.Values).PaymentId);
        Assert.Empty(_poison.Messages);
    }

    [Fact]
    public async Task Run_MessageWhoseClaimWasMadeBefore_HealsTheStart()
    {
        await _host.Intake.AcceptAsync(InMemoryHost.Message(InMemoryHost.Body("p-1"), "the original"), default);
        _host.Started.Clear();
        _poison.Add(InMemoryHost.Body("p-1"));

        await DrainAsync();

        Assert.Single(_host.Started);
        Assert.Empty(_poison.Messages);
    }

    [Theory]
    [InlineData("undecodable")]
    [InlineData("""{"paymentId":"p-1"}""")]
    public async Task Run_BadMessage_IsQuarantinedWithItsReasonsAndASignThatItIsACopy(string message)
    {
        _poison.Add(message);

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        var record = Assert.Single(_host.Quarantine.Values);
        Assert.Equal((MessageState.Invalid, true, "poison-1"), (record.State, record.FromPoisonQueue, record.MessageId));
        Assert.DoesNotContain(record.Reasons, reason => reason.Rule == PoisonDrain.TriedTooOftenRule);
        Assert.Equal(record.QuarantineId, Assert.IsType<MessageOutcome>(Assert.Single(_host.Outcomes)).QuarantineId);
        Assert.Empty(_poison.Messages);
    }

    [Fact]
    public async Task Run_IntakeFails_MessageStaysAndItsPauseGrows()
    {
        _options.MaxTries = 100;
        _poison.Add(InMemoryHost.Body());
        for (var run = 0; run < 8; run++)
        {
            _host.CallsUntilFault = 0;
            Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync());
        }

        Assert.Equal(
            new[] { 30, 60, 120, 240, 480, 600, 600, 600 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
            _poison.Pauses);
        Assert.Single(_poison.Messages);
        Assert.Empty(_host.Quarantine);
    }

    [Fact]
    public async Task Run_IntakeWorksAgainAtTheLastTry_IsNotGivenUp()
    {
        _poison.Add(InMemoryHost.Body(), dequeueCount: 1000);

        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        Assert.Single(_host.Started);
        Assert.Empty(_host.Quarantine);
    }

    [Fact]
    public async Task Run_TriedTooOften_IsQuarantinedWithItsPaymentAndAllReasons()
    {
        _poison.Add(InMemoryHost.Body("p-9"));
        for (var run = 1; run < 3; run++)
        {
            _host.CallsUntilFault = 0;
            Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync());
        }

        _host.CallsUntilFault = 0;
        Assert.Equal(new PoisonDrainReport(0, 1, 0), await DrainAsync());

        var record = Assert.Single(_host.Quarantine.Values);
        Assert.Equal((MessageState.Invalid, "p-9"), (record.State, record.PaymentId));
        Assert.Equal("$: " + PoisonDrain.TriedTooOftenRule + " (found 3 tries, the last ended with IOException)", record.Reasons[0].ToString());
        Assert.Equal(InMemoryHost.Body("p-9"), Encoding.UTF8.GetString(record.Content.Span));
        Assert.Single(_host.Outcomes);
        Assert.Empty(_poison.Messages);
    }

    [Fact]
    public async Task Run_QuarantineIsAwayForLong_MessageStaysUntilItIsBack()
    {
        _poison.Add("undecodable");
        for (var run = 1; run <= 10; run++)
        {
            _host.CallsUntilFault = 0;
            _host.FaultsLast = true;
            Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync());
        }

        _host.FaultsLast = false;
        _host.CallsUntilFault = null;
        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        Assert.Equal("must be JSON", Assert.Single(Assert.Single(_host.Quarantine.Values).Reasons).Rule);
        Assert.Single(_host.Outcomes);
    }

    [Fact]
    public async Task Run_MessageThatExpires_IsMadeLastingBeforeItIsTried()
    {
        _poison.Add(InMemoryHost.Body(), expires: true);
        _host.CallsUntilFault = 0;

        Assert.Equal(new PoisonDrainReport(0, 0, 1), await DrainAsync());

        var (_, message) = Assert.Single(_poison.Messages);
        Assert.False(message.Expires);
        Assert.NotEqual("poison-1", message.Data.MessageId);
    }

    [Fact]
    public async Task Run_DeleteFails_MessageComesAgainAndChangesNothing()
    {
        _poison.Add(InMemoryHost.Body());
        _poison.FailDeletes = true;
        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        _poison.FailDeletes = false;
        _poison.ShowAll();
        Assert.Equal(new PoisonDrainReport(1, 0, 0), await DrainAsync());

        Assert.Single(_host.Started);
        Assert.Empty(_poison.Messages);
    }

    [Fact]
    public async Task Run_MoreThanARunsNumber_TakesThatNumber()
    {
        _options.MaxMessages = 20;
        for (var index = 0; index < 50; index++)
        {
            _poison.Add(InMemoryHost.Body($"p-{index}"));
        }

        Assert.Equal(new PoisonDrainReport(20, 0, 0), await DrainAsync());

        Assert.Equal(30, _poison.Messages.Count);
    }

    [Fact]
    public async Task Run_WholeBatchFails_SparesTheOthersTheTry()
    {
        for (var index = 0; index < 50; index++)
        {
            _poison.Add(InMemoryHost.Body($"p-{index}"));
        }

        _host.CallsUntilFault = 0;
        _host.FaultsLast = true;

        Assert.Equal(new PoisonDrainReport(0, 0, 16), await DrainAsync());
        Assert.Equal(50, _poison.Messages.Count);
    }

    [Fact]
    public async Task Run_SomeMessagesAlwaysFail_OthersGetTheirTurn()
    {
        _host.Unclaimable.UnionWith(Enumerable.Range(0, 16).Select(index => $"bad-{index}"));
        for (var index = 0; index < 16; index++)
        {
            _poison.Add(InMemoryHost.Body($"bad-{index}"));
        }

        _poison.Add(InMemoryHost.Body("good"));
        _options.MaxTries = 100;

        await DrainAsync();
        await DrainAsync(showAll: false);

        Assert.Equal("good", Assert.Single(_host.Started.Values).PaymentId);
        Assert.Equal(16, _poison.Messages.Count);
    }

    [Fact]
    public void AddPoisonDrain_WrongSettings_AreToldOneLineEach()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["PoisonDrain:Interval"] = "00:00:00",
            ["PoisonDrain:LongestPause"] = "2.00:00:00",
            ["PoisonDrain:MaxTries"] = "0",
            ["PoisonDrain:MaxMessages"] = "-1",
            ["PoisonDrain:Intervall"] = "00:00:01",
        }).Build();
        using var services = new ServiceCollection().AddPoisonDrain(configuration.GetSection(PoisonDrainOptions.Section)).BuildServiceProvider();

        var fault = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<PoisonDrainOptions>>().Value);

        Assert.Equal(
            [
                "PoisonDrain__Intervall: is no setting; the settings are Interval, LongestPause, MaxTries, MaxMessages",
                "PoisonDrain__Interval: must be longer than 0 and at most 01:00:00",
                "PoisonDrain__LongestPause: must be longer than 0 and at most 1.00:00:00",
                "PoisonDrain__MaxTries: must be at least 1",
                "PoisonDrain__MaxMessages: must be at least 1",
            ],
            fault.Failures);
    }

    private Task<PoisonDrainReport> DrainAsync(bool showAll = true)
    {
        if (showAll)
        {
            _poison.ShowAll();
        }

        var quarantine = new MessageQuarantine(_host, _host, _host.Time, NullLogger<MessageQuarantine>.Instance);
        return new PoisonDrain(_poison, _host, quarantine, Options.Create(_options), _host.Time, NullLogger<PoisonDrain>.Instance).RunAsync(_host.Intake, default);
    }

    private sealed class PoisonInMemory : IPoisonMessages
    {
        private int _made;

        public SortedDictionary<int, PoisonMessage> Messages { get; } = [];

        public HashSet<string> Hidden { get; } = [];

        public List<TimeSpan> Pauses { get; } = [];

        public bool FailDeletes { get; set; }

        public void Add(string body, long dequeueCount = 0, bool expires = false)
        {
            var number = ++_made;
            var data = new QueueMessageData($"poison-{number}", Given.Start, dequeueCount, Encoding.UTF8.GetBytes(body)) { FromPoisonQueue = true };
            Messages.Add(number, new PoisonMessage(data, "receipt", expires));
        }

        /// <summary>As if every pause had passed.</summary>
        public void ShowAll() => Hidden.Clear();

        public Task<IReadOnlyList<PoisonMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancellationToken)
        {
            var given = new List<PoisonMessage>();
            foreach (var (number, message) in Messages.Where(pair => !Hidden.Contains(pair.Value.Data.MessageId)).Take(max).ToList())
            {
                var counted = message with { Data = message.Data with { DequeueCount = message.Data.DequeueCount + 1 } };
                Messages[number] = counted;
                Hidden.Add(counted.Data.MessageId);
                given.Add(counted);
            }

            return Task.FromResult<IReadOnlyList<PoisonMessage>>(given);
        }

        public Task DeleteAsync(PoisonMessage message, CancellationToken cancellationToken)
        {
            if (FailDeletes)
            {
                throw new IOException("a fault of the queue");
            }

            lock (Messages)
            {
                Messages.Remove(Messages.Single(pair => pair.Value.Data.MessageId == message.Data.MessageId).Key);
            }

            return Task.CompletedTask;
        }

        public Task PutBackAsync(PoisonMessage message, TimeSpan pause, CancellationToken cancellationToken)
        {
            lock (Pauses)
            {
                Pauses.Add(pause);
            }

            return Task.CompletedTask;
        }

        public Task MakeLastingAsync(PoisonMessage message, CancellationToken cancellationToken)
        {
            Add(Encoding.UTF8.GetString(message.Data.Content.Span));
            return DeleteAsync(message, cancellationToken);
        }
    }
}
