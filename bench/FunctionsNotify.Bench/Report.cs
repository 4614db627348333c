namespace FunctionsNotify.Bench;

/// <summary>The figures of a run, and the table of them.</summary>
internal sealed class Report
{
    private readonly Figures _bare = new();
    private readonly Figures _product = new();
    private readonly Figures _signature = new();
    private readonly Figures _engine = new();
    private readonly Figures _engineProcessor = new();
    private readonly Figures _engineSimulator = new();
    private readonly Figures _prefilled = new();
    private readonly Figures _concurrent = new();
    private readonly Figures _enqueued = new();
    private readonly Figures _host = new();
    private readonly Figures _simulator = new();
    private readonly Figures _azurite = new();
    private readonly Figures _operations = new();
    private readonly Figures _pace = new();
    private readonly Figures _latency50 = new();
    private readonly Figures _latency99 = new();
    private readonly Figures _late50 = new();
    private readonly Figures _late99 = new();
    private readonly Figures _statusFew = new();
    private readonly Figures _statusMany = new();
    private readonly Figures _statusRatio = new();
    private readonly Figures _listFew = new();
    private readonly Figures _listMany = new();
    private readonly Figures _listRatio = new();

    public void Add((double Bare, double Product, double SecondsPerThousand) signing)
    {
        _bare.Add(signing.Bare);
        _product.Add(signing.Product);
        _signature.Add(signing.SecondsPerThousand);
    }

    public void AddEngine(int payments, TimeSpan elapsed, TimeSpan own, TimeSpan simulator)
    {
        _engine.Add(payments / elapsed.TotalSeconds);
        _engineProcessor.Add(own.TotalSeconds * 1000 / payments);
        _engineSimulator.Add(simulator.TotalSeconds * 1000 / payments);
    }

    public void AddPrefilled(Load load)
    {
        _prefilled.Add(load.PerSecond);
        _host.Add(load.Host);
        _simulator.Add(load.Simulator);
        _azurite.Add(load.Azurite);
        _operations.Add(load.Operations);
    }

    public void AddConcurrent(Load load)
    {
        _concurrent.Add(load.PerSecond);
        _enqueued.Add(load.EnqueuedPerSecond);
    }

    public void AddPaced(Pace pace)
    {
        _pace.Add(pace.PerSecond);
        _latency50.Add(Figures.Percentile(pace.Latencies, 0.5));
        _latency99.Add(Figures.Percentile(pace.Latencies, 0.99));
        _late50.Add(Figures.Percentile(pace.Lateness, 0.5));
        _late99.Add(Figures.Percentile(pace.Lateness, 0.99));
    }

    public void AddStatus(StatusFigures status)
    {
        _statusFew.Add(status.StatusOfFew);
        _statusMany.Add(status.StatusOfMany);
        _statusRatio.Add(status.StatusOfMany / status.StatusOfFew);
        _listFew.Add(status.ListOfFew);
        _listMany.Add(status.ListOfMany);
        _listRatio.Add(status.ListOfMany / status.ListOfFew);
    }

    public void Write(TextWriter to)
    {
        to.WriteLine();
        to.WriteLine("| Figure | min / median / max | median, as a multiple of bare signing |");
        to.WriteLine("|---|---|---|");
        Line("RSA-2048 signing, one core, bare (signatures/s)", _bare, "0", null);
        Line("RSA-2048 signing, one core, the product's signer (signatures/s)", _product, "0", _bare);
        Line("processor seconds of 1,000 bare signatures", _signature, "0.00", null);
        Line("engine without queues (payments/s)", _engine, "0", _bare);
        Line("— own processor seconds per 1,000 payments", _engineProcessor, "0.00", _signature);
        Line("— the simulator's processor seconds per 1,000 payments", _engineSimulator, "0.00", _signature);
        Line("whole path, queue filled beforehand (payments/s)", _prefilled, "0", _bare);
        Line("— the local host's processor seconds per 1,000 payments", _host, "0.00", _signature);
        Line("— the simulator's processor seconds per 1,000 payments", _simulator, "0.00", _signature);
        Line("— Azurite's processor seconds per 1,000 payments", _azurite, "0.00", _signature);
        Line("— the local host's storage operations per payment", _operations, "0.00", null);
        Line("whole path, enqueued meanwhile (payments/s)", _concurrent, "0", _bare);
        Line("— enqueued (payments/s)", _enqueued, "0", _bare);
        Line("half of that load (payments/s)", _pace, "0", _bare);
        Line("— enqueue to acknowledgement, p50 (ms)", _latency50, "0", null);
        Line("— enqueue to acknowledgement, p99 (ms)", _latency99, "0", null);
        Line("— retry lateness, p50 (ms)", _late50, "0", null);
        Line("— retry lateness, p99 (ms)", _late99, "0", null);
        Line("status of a payment, 1,000 stored, p50 (ms)", _statusFew, "0.000", null);
        Line("status of a payment, 100,000 stored, p50 (ms)", _statusMany, "0.000", null);
        Line("— ratio", _statusRatio, "0.00", null);
        Line("list of 50 rejected, 1,000 stored, p50 (ms)", _listFew, "0.000", null);
        Line("list of 50 rejected, 100,000 stored, p50 (ms)", _listMany, "0.000", null);
        Line("— ratio", _listRatio, "0.00", null);
        void Line(string name, Figures figures, string format, Figures? unit)
        {
            if (!figures.IsEmpty)
            {
                to.WriteLine(FormattableString.Invariant($"| {name} | {figures.Text(format)} | {(unit is null ? string.Empty : FormattableString.Invariant($"{figures.Median / unit.Median:0.000}"))} |"));
            }
        }
    }
}
