namespace FunctionsNotify.Operations;

/// <summary>An operator's wish to put a quarantined message back on the queue.</summary>
/// <param name="By">Who and why.</param>
/// <param name="Body">The corrected message: a notification, or an envelope around it, as any message; null for the message as it is.</param>
/// <param name="Force">Sets aside what a person may judge better: the record's age, another payment, a message that is still refused.</param>
public sealed record RequeueRequest(OperatorStatement By, ReadOnlyMemory<byte>? Body = null, bool Force = false);
