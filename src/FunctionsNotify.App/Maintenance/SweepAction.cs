namespace FunctionsNotify.App;

public enum SweepAction
{
    None,

    Start,

    DropRow,

    MendRow,

    Wake,

    AlertPending,

    AlertStuck,

    AlertSuspended,

    AlertBroken,

    AlertMissing,
}
