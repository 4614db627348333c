namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>Shares the one compilation.</summary>
[CollectionDefinition(Name)]
public sealed class SharedCompilation : ICollectionFixture<CompiledInfra>
{
    public const string Name = "compiled infra";
}
