namespace FunctionsNotify.App;

public enum ClaimRelation
{
    Conflict,

    KnownFinal,

    KnownOpen,

    SameMessage,
}
