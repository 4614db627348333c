using System.Text;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class OpenApiDocumentTests
{
    private static readonly ApiContract Contract = ApiContract.Current;

    private static IEnumerable<(string Where, JsonNode Operation)> Operations =>
        from path in Contract.Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key} {path.Key}", operation.Value!);

    [Fact]
    public void Document_AsItIsServed_IsSoundOpenApi31()
    {
        var read = Microsoft.OpenApi.OpenApiDocument.Parse(Encoding.UTF8.GetString(PageFile.OpenApi), "json");

        Assert.Empty(read.Diagnostic!.Errors.Select(error => $"{error.Pointer}: {error.Message}"));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public void Document_Calls_AreThoseThatAreRouted() => Assert.Equal(
        Contract.Calls.Order(),
        OperatorWorld.HttpFunctions().Select(function => (function.Trigger.Methods!.Single().ToUpperInvariant(), $"/api/{function.Trigger.Route}")).Order());

    [Fact]
    public void Document_EveryReference_MeansSomething()
    {
        var broken = new List<string>();
        Walk(Contract.Document, node =>
        {
            if (node["$ref"] is { } reference && Contract.Resolve(node) is null)
            {
                broken.Add(reference.ToString());
            }
        });

        Assert.Empty(broken);
    }

    [Fact]
    public void Document_EverySchema_IsUsed()
    {
        var used = new HashSet<string>();
        Walk(Contract.Document, node => used.Add(node["$ref"]?.ToString() ?? string.Empty));

        Assert.All(
            from kind in Contract.Document["components"]!.AsObject()
            where kind.Key != "securitySchemes"
            from part in kind.Value!.AsObject()
            select $"#/components/{kind.Key}/{part.Key}",
            part => Assert.True(used.Contains(part) || part.EndsWith("/idempotencyKey", StringComparison.Ordinal), part));
    }

    [Fact]
    public void Document_EveryExample_FitsItsSchema()
    {
        var count = 0;
        Walk(Contract.Document, node =>
        {
            if (node["schema"] is { } schema && node["example"] is { } example)
            {
                count++;
                Assert.True(Contract.JudgeJson(schema, example.ToJsonString()) is null, $"{Contract.JudgeJson(schema, example.ToJsonString())} in {example.ToJsonString()}");
            }
        });
        Assert.True(count > 40, $"{count} examples");
    }

    [Fact]
    public void Document_EveryOperation_HasAnIdOfItsOwnAndAnExampleOfItsBodyAndAnswer()
    {
        Assert.Equal(Operations.Count(), Operations.Select(each => each.Operation["operationId"]!.ToString()).Distinct().Count());
        Assert.All(Operations, each =>
        {
            Assert.False(string.IsNullOrEmpty(each.Operation["summary"]?.ToString()), each.Where);
            if (each.Operation["requestBody"] is { } body)
            {
                Assert.NotNull(body["content"]!["application/json"]!["example"]);
            }

            var success = each.Operation["responses"]!.AsObject().Single(response => response.Key.StartsWith('2')).Value!;
            Assert.True(each.Where.Contains("/ui", StringComparison.Ordinal) || success["content"]!["application/json"]!["example"] is not null, each.Where);
        });
    }

    [Fact]
    public void Document_EveryPathParameter_IsDescribed() => Assert.All(Operations, each =>
    {
        var described = (each.Operation["parameters"]?.AsArray() ?? [])
            .Select(parameter => Contract.Resolve(parameter)!)
            .Where(parameter => parameter["in"]!.ToString() == "path")
            .Select(parameter => $"{{{parameter["name"]}}}");
        Assert.Equal(each.Where.Split('/').Where(segment => segment.StartsWith('{')), described);
    });

    [Theory]
    [InlineData("GET", "/api/notifications/p", 200, "application/json", """{"paymentId":"p"}""")]
    [InlineData("GET", "/api/notifications", 200, "application/json", """{"items":[],"more":1}""")]
    [InlineData("GET", "/api/notifications", 200, "application/json", """{"items":[{"deliveryId":"d","paymentId":"p","acceptedAt":"yesterday","state":"Open","attemptCount":1}]}""")]
    [InlineData("GET", "/api/notifications", 200, "application/json", """{"items":[{"deliveryId":"d","paymentId":"p","acceptedAt":"2026-03-01T00:00:00Z","state":"Closed","attemptCount":1}]}""")]
    [InlineData("GET", "/api/notifications", 204, null, "")]
    [InlineData("GET", "/api/notifications", 400, "text/plain", "no")]
    [InlineData("GET", "/api/nothing", 200, "application/json", "{}")]
    public void Judge_AnswerThatTheDocumentDoesNotDescribe_SaysSo(string method, string path, int status, string? type, string body) =>
        Assert.NotNull(Contract.Judge(method, path, status, type, body));

    [Theory]
    [InlineData("GET", "/api/notifications", 200, "application/json", """{"items":[]}""")]
    [InlineData("GET", "/api/nothing", 404, null, "")]
    public void Judge_AnswerThatTheDocumentDescribes_FindsNothing(string method, string path, int status, string? type, string body) =>
        Assert.Null(Contract.Judge(method, path, status, type, body));

    [Fact]
    public async Task Get_Document_IsTheEmbeddedOne()
    {
        await using var api = await new OperatorWorld().ServeAsync();

        Assert.Equal(PageFile.OpenApi, await api.Client.GetByteArrayAsync(new Uri("openapi.json", UriKind.Relative)));
    }

    private static void Walk(JsonNode? node, Action<JsonObject> visit)
    {
        if (node is JsonObject found)
        {
            visit(found);
        }

        foreach (var child in node switch { JsonObject branch => branch.Select(member => member.Value), JsonArray items => items, _ => [] })
        {
            Walk(child, visit);
        }
    }
}
