namespace FunctionsNotify.App;

// A queue, table or container that has to be there before the first message is taken in.
internal sealed record StorageResource(string Name, Func<CancellationToken, Task> CreateIfMissing);
