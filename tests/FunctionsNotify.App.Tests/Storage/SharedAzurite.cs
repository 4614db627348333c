namespace FunctionsNotify.App.Tests.Storage;

/// <summary>One Azurite for all tests that need one; each test makes queues, tables and containers of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedAzurite : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "azurite";
}
