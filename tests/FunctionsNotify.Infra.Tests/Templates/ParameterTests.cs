using System.Text.Json.Nodes;
using FunctionsNotify.Infra.Tests.Bicep;

namespace FunctionsNotify.Infra.Tests.Templates;

[Collection(SharedCompilation.Name)]
public sealed class ParameterTests(CompiledInfra infra)
{
    [BicepFact]
    public void Parameters_AreDescribed() => Assert.Empty(
        infra.Template["parameters"]!.AsObject().Where(parameter => parameter.Value!["metadata"]?["description"] is null).Select(parameter => parameter.Key));

    [BicepFact]
    public void Parameters_AreBounded()
    {
        var parameters = infra.Template["parameters"]!.AsObject();

        Assert.NotEmpty(parameters);
        Assert.Empty(parameters.Where(parameter => !IsBounded(parameter.Value!)).Select(parameter => parameter.Key));
    }

    [BicepFact]
    public void Parameters_AreNeverSecrets() => Assert.DoesNotContain(
        infra.Template["parameters"]!.AsObject(), parameter => ((string?)parameter.Value!["type"])?.StartsWith("secure", StringComparison.OrdinalIgnoreCase) == true);

    [Theory]
    [InlineData("""{"type":"string"}""", false)]
    [InlineData("""{"type":"string","maxLength":3}""", true)]
    [InlineData("""{"type":"int","minValue":1}""", false)]
    [InlineData("""{"type":"array"}""", false)]
    public void IsBounded_WithoutABound_IsFalse(string parameter, bool expected) => Assert.Equal(expected, IsBounded(JsonNode.Parse(parameter)!));

    // Objects are bounded by their types.
    private static bool IsBounded(JsonNode parameter) => (string?)parameter["type"] switch
    {
        "string" => parameter["allowedValues"] is not null || parameter["maxLength"] is not null,
        "int" => parameter["allowedValues"] is not null || (parameter["minValue"] is not null && parameter["maxValue"] is not null),
        "array" => parameter["maxLength"] is not null,
        _ => true,
    };
}
