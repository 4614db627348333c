namespace FunctionsNotify.App;

internal sealed record PoisonDrainReport(int TakenIn, int GivenUp, int Left);
