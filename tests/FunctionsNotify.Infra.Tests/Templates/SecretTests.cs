using FunctionsNotify.Infra.Tests.Bicep;

namespace FunctionsNotify.Infra.Tests.Templates;

[Collection(SharedCompilation.Name)]
public sealed class SecretTests(CompiledInfra infra)
{
    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Deployment_ParametersSettingsAndOutputs_HoldNoSecret(string variant) => Assert.DoesNotContain(
        ExpandedTemplate.Texts(infra.Expanded(variant).Snapshot), found => SecretSearch.LooksSecret(found.Text));

    [BicepFact]
    public void Template_HoldsNoSecretAndAsksForNone() => Assert.DoesNotContain(
        ExpandedTemplate.Texts(infra.Template), found => SecretSearch.LooksSecret(found.Text));

    [Fact]
    public void Sources_HoldNoSecret()
    {
        string[] files = [.. CompiledInfra.Sources(), .. RepositoryFiles.List(".github/workflows", "*.yml"), "azure.yaml"];

        Assert.DoesNotContain(files, file => SecretSearch.LooksSecret(RepositoryFiles.Read(file)));
    }

    [Theory]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5")]
    [InlineData("https://a.blob.example.net/c?sv=2024-01-01&sig=abc")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'a'), '2025-06-01').keys[0].value]")]
    [InlineData("InstrumentationKey=0a1b2c3d-0000-0000-0000-000000000000")]
    [InlineData("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDPlantedPlanted0123456789")]
    public void LooksSecret_APlantedOne_IsFound(string text) => Assert.True(SecretSearch.LooksSecret(text));
}
