namespace FunctionsNotify.LocalHost;

/// <summary>Says when intake should leave messages on the queue for a moment.</summary>
internal interface IBackpressure
{
    /// <summary>True while so much waits to be sent that intake should pause.</summary>
    bool IsBusy { get; }
}
