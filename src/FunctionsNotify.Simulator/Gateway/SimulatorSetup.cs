namespace FunctionsNotify.Simulator;

/// <summary>Switches that break the acquirer's set-up for every payment at once, until they are put back.</summary>
public sealed class SimulatorSetup
{
    private volatile bool _acquirerKeyKnown = true;

    internal SimulatorSetup()
    {
    }

    /// <summary>
    /// False: Alipay+ has forgotten the acquirer's public key, and answers every request with an unsigned
    /// <c>KEY_NOT_FOUND</c> until it is true again.
    /// </summary>
    public bool AcquirerKeyKnown
    {
        get => _acquirerKeyKnown;
        set => _acquirerKeyKnown = value;
    }
}
