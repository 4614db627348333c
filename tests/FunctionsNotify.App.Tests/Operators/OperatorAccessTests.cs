using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class OperatorAccessTests
{
    [Fact]
    public async Task Run_KeysMode_NeverLooksAtTheHeaderThatAnybodyCanWrite()
    {
        var (status, caller) = await RunAsync(AuthenticationMode.Keys, OperatorRole.Operator, Header("mallory", "Operator"));

        Assert.Equal((200, null), (status, caller!.Name));
    }

    [Theory]
    [InlineData("Operator", OperatorRole.Operator, 200)]
    [InlineData("Operator", OperatorRole.Reader, 200)]
    [InlineData("Reader", OperatorRole.Reader, 200)]
    [InlineData("Reader", OperatorRole.Operator, 403)]
    [InlineData("operator", OperatorRole.Operator, 403)]
    [InlineData("Admin", OperatorRole.Reader, 403)]
    [InlineData(null, OperatorRole.Reader, 403)]
    public async Task Run_EntraMode_DecidesByTheRole(string? role, OperatorRole needed, int expected)
    {
        var (status, caller) = await RunAsync(AuthenticationMode.Entra, needed, Header("ann@example", role));

        Assert.Equal((expected, expected == 200 ? "ann@example" : null), (status, caller?.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("e30=")]
    [InlineData("W10=")]
    [InlineData("eyJjbGFpbXMiOlt7InR5cCI6InJvbGVzIiwidmFsIjoiT3BlcmF0b3IifV19")]
    public async Task Run_EntraModeWithoutASoundPrincipal_Is401(string header) =>
        Assert.Equal(401, (await RunAsync(AuthenticationMode.Entra, OperatorRole.Reader, header)).Status);

    [Fact]
    public async Task Run_EntraModeWithNoHeaderOrTwo_Is401()
    {
        Assert.Equal(401, (await RunAsync(AuthenticationMode.Entra, OperatorRole.Reader)).Status);
        Assert.Equal(401, (await RunAsync(AuthenticationMode.Entra, OperatorRole.Reader, Header("a", "Operator"), Header("b", "Operator"))).Status);
    }

    [Fact]
    public void TryRead_AnyHeader_NeverThrows()
    {
        Gen.String.Sample(header => ClientPrincipal.TryRead(header) is null or { Name.Length: > 0 });
        Gen.Byte.Array[0, 200].Sample(bytes => ClientPrincipal.TryRead(Convert.ToBase64String(bytes)) is null or { Name.Length: > 0 });
        Gen.OneOf("{\"claims\":[]}", "{\"claims\":[1,null,{\"typ\":1}]}", "{\"claims\":[{\"typ\":\"name\",\"val\":\"\\ud800\"}]}", "{\"claims\":[],\"claims\":[]}", "[[[[[[[[[[[[]]]]]]]]]]]]")
            .Sample(json => ClientPrincipal.TryRead(Convert.ToBase64String(Encoding.UTF8.GetBytes(json))) is null);
    }

    [Fact]
    public void TryRead_TooLong_IsNobody() =>
        Assert.Null(ClientPrincipal.TryRead(Header(new string('a', ClientPrincipal.MaxHeaderLength), "Operator")));

    [Fact]
    public void TryRead_LongNameWithControlCharacters_ObeysTheActorsRules()
    {
        var name = ClientPrincipal.TryRead(Header("a\\r\\nb" + new string('x', 100), "Operator"))!.Name;

        Assert.Equal(OperatorStatement.MaxActorLength, name.Length);
        Assert.StartsWith("a??b", name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("keys", null, true)]
    [InlineData("Entra", "True", true)]
    [InlineData("entra", null, false)]
    [InlineData("entra", "False", false)]
    [InlineData("none", "True", false)]
    public void AddOperatorAccess_Setting_IsCheckedAtStart(string? mode, string? platform, bool expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Operations:Authentication"] = mode, ["WEBSITE_AUTH_ENABLED"] = platform }).Build();
        using var services = new ServiceCollection().AddOperatorAccess(configuration).BuildServiceProvider();

        var fault = Record.Exception(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Equal(expected, fault is null);
        if (fault is OptionsValidationException validation)
        {
            Assert.StartsWith("Operations__Authentication:", Assert.Single(validation.Failures), StringComparison.Ordinal);
        }
    }

    private static string Header(string name, string? role) => Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $$"""{"auth_typ":"aad","claims":[{"typ":"preferred_username","val":"{{name}}"}{{(role is null ? "" : $",{{\"typ\":\"roles\",\"val\":\"{role}\"}}")}}],"name_typ":"n","role_typ":"r"}"""));

    private static async Task<(int Status, Caller? Caller)> RunAsync(AuthenticationMode mode, OperatorRole role, params string[] headers)
    {
        var context = new DefaultHttpContext();
        if (headers.Length > 0)
        {
            context.Request.Headers[OperatorAccess.PrincipalHeader] = headers;
        }

        Caller? seen = null;
        var result = await new OperatorAccess(mode).RunAsync(context.Request, role, caller =>
        {
            seen = caller;
            return Task.FromResult(Results.Ok());
        });
        return (Assert.IsAssignableFrom<IStatusCodeHttpResult>(result).StatusCode!.Value, seen);
    }
}
