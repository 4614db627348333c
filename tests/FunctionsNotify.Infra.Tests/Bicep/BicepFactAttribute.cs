namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>A test that needs the Bicep command line.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BicepFactAttribute : FactAttribute
{
    public const string Reason = "There is no Bicep command line for this platform: az bicep install.";

    public BicepFactAttribute() => Skip = BicepCli.Path is null ? Reason : null;
}
