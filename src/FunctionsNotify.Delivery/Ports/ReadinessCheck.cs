namespace FunctionsNotify.Deliveries;

/// <summary>Something that the host needs to work, and how to find out whether it is there.</summary>
/// <param name="Name">Its name in the readiness answer.</param>
/// <param name="FindFault">
/// Null when it is there; else what is wrong, one sentence without names of accounts and without secrets: whoever reaches the
/// host reads it. May throw; the exception is then told by its type alone.
/// </param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<string?>> FindFault);
