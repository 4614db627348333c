namespace FunctionsNotify.App;

public enum BreakerPass
{
    Refused,

    Free,

    Probe,
}
