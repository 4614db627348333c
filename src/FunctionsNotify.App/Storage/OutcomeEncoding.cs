namespace FunctionsNotify.App;

public enum OutcomeEncoding
{
    None,

    Base64,
}
