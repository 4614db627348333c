namespace FunctionsNotify.App;

internal sealed record RequeueRequest(OperatorStatement By, ReadOnlyMemory<byte>? Body = null, bool Force = false);
