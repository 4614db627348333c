namespace FunctionsNotify.App;

internal sealed record PurgeReport(int Histories, int Claims, int Kept, int Faults, bool IsComplete);
