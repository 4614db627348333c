namespace FunctionsNotify.App;

public enum StartResult
{
    Started,

    AlreadyInHand,

    // The delivery was started before and has failed or was terminated without a final state: an operator repairs it.
    Broken,
}
