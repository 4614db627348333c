namespace FunctionsNotify.App;

public enum IntakeVerdict
{
    Accepted,

    Duplicate,

    Conflict,

    Invalid,

    Broken,
}
