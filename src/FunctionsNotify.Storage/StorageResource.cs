namespace FunctionsNotify.Storage;

/// <summary>A queue, table or container that has to be there before the first message is taken in.</summary>
/// <param name="Name">Its kind and name, for people.</param>
/// <param name="CreateIfMissing">Creates it; does nothing when it is there.</param>
public sealed record StorageResource(string Name, Func<CancellationToken, Task> CreateIfMissing);
