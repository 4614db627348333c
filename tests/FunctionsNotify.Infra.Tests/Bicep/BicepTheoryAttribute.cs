namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>A theory that needs the Bicep command line.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = BicepCli.Path is null ? BicepFactAttribute.Reason : null;
}
