namespace FunctionsNotify.App;

public enum OperatorRole
{
    Reader,

    Operator,
}
