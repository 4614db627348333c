namespace FunctionsNotify.App;

// Something that the host needs to work, and how to find out whether it is there.
internal sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<string?>> FindFault);
