namespace FunctionsNotify.Operations;

/// <summary>Who decides about a call.</summary>
public enum AuthenticationMode
{
    /// <summary>The platform's function keys alone; on the local host the loopback address. Whoever has a key may do everything.</summary>
    Keys,

    /// <summary>Beside the key, Microsoft Entra through App Service authentication, with the roles of its principal header.</summary>
    Entra,
}
