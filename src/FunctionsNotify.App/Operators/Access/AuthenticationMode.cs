namespace FunctionsNotify.App;

public enum AuthenticationMode
{
    // The platform's function keys alone; on the local host the loopback address. Whoever has a key may do everything.
    Keys,

    Entra,
}
