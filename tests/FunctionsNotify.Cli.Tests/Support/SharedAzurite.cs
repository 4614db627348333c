using FunctionsNotify.Testing;

namespace FunctionsNotify.Cli.Tests;

/// <summary>One Azurite for every test that needs queues; starting one takes seconds.</summary>
[CollectionDefinition(Name)]
public sealed class SharedAzurite : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}
