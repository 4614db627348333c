namespace FunctionsNotify.AlipayPlus;
#pragma warning disable CS1591
public static class ResultCodeCatalogue { public static (string OperatorAction, int X) Describe(string? code) => (code ?? "", 1); }
