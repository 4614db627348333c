namespace FunctionsNotify.AlipayPlus;

/// <summary>Says that our private key lies elsewhere, and which setting says where.</summary>
/// <param name="Setting">The environment name of that setting.</param>
internal sealed record KeyElsewhere(string Setting);
