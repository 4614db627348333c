using System.Reflection;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

public sealed class AccessTests
{
    private static readonly string[] _anonymous = ["Health", "Page", "PageFile", "Ready"];

    public static TheoryData<string> Guarded => [.. OperatorWorld.HttpFunctions().Select(function => NameOf(function.Method)).Except(_anonymous)];

    [Fact]
    public void Refuse_KeysMode_NeverLooksAtTheHeaderThatAnybodyCanWrite() =>
        Assert.Equal((null, null), Refuse(new OperatorAccess(AuthenticationMode.Keys), OperatorRole.Operator, Header("mallory", "Operator")));

    [Theory]
    [InlineData("Operator", OperatorRole.Operator, null)]
    [InlineData("Operator", OperatorRole.Reader, null)]
    [InlineData("Reader", OperatorRole.Reader, null)]
    [InlineData("Reader", OperatorRole.Operator, 403)]
    [InlineData("operator", OperatorRole.Operator, 403)]
    [InlineData("Admin", OperatorRole.Reader, 403)]
    [InlineData(null, OperatorRole.Reader, 403)]
    public void Refuse_EntraMode_DecidesByTheRole(string? role, OperatorRole needed, int? expected) =>
        Assert.Equal((expected, "ann@example"), Refuse(new OperatorAccess(AuthenticationMode.Entra), needed, Header("ann@example", role)));

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("e30=")]
    [InlineData("W10=")]
    [InlineData("eyJjbGFpbXMiOlt7InR5cCI6InJvbGVzIiwidmFsIjoiT3BlcmF0b3IifV19")]
    public void Refuse_EntraModeWithoutASoundPrincipal_Is401(string header) =>
        Assert.Equal(401, Refuse(new OperatorAccess(AuthenticationMode.Entra), OperatorRole.Reader, header).Status);

    [Fact]
    public void Refuse_EntraModeWithNoHeaderOrTwo_Is401()
    {
        var access = new OperatorAccess(AuthenticationMode.Entra);

        Assert.Equal(401, Refuse(access, OperatorRole.Reader).Status);
        Assert.Equal(401, Refuse(access, OperatorRole.Reader, Header("a", "Operator"), Header("b", "Operator")).Status);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("keys", null, null)]
    [InlineData("Entra", "True", 401)]
    [InlineData("entra", null, 503)]
    [InlineData("entra", "False", 503)]
    [InlineData("none", "True", 503)]
    public void Of_Settings_AWrongOneShutsOperatorsOutAndStopsNothingElse(string? mode, string? platform, int? expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Operations:Authentication"] = mode, ["WEBSITE_AUTH_ENABLED"] = platform }).Build();

        Assert.Equal(expected, Refuse(OperatorAccess.Of(configuration, NullLogger<OperatorAccess>.Instance), OperatorRole.Reader).Status);
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

    [Fact]
    public async Task EntraMode_ThePlatformsUserIsTheActorAndNoOtherMayBeNamed()
    {
        var world = new OperatorWorld(services => services.AddSingleton(new OperatorAccess(AuthenticationMode.Entra))).Has(OperatorWorld.ClaimIn());
        await using var api = await world.ServeAsync();
        var principal = Header("ann", "Operator");

        Assert.Equal(401, (await api.PostAsync("notifications/p-1/redeliver", """{"actor":"ann","reason":"r"}""")).Status);
        Assert.Equal(400, (await api.PostAsync("notifications/p-1/redeliver", """{"actor":"bob","reason":"r"}""", principal: principal)).Status);
        Assert.Equal(400, (await api.PostAsync("notifications/p-1/repair", """{"actor":"bob"}""", principal: principal)).Status);
        Assert.Equal(202, (await api.PostAsync("notifications/p-1/redeliver", """{"reason":"r"}""", principal: principal)).Status);

        Assert.Equal("ann", Assert.Single(world.Claim.History).Actor);
    }

    // The counts are made once for all who ask at the same time.
    [Fact]
    public async Task Summary_EntraMode_NamesEachCallerToThemselves()
    {
        await using var api = await new OperatorWorld(services => services.AddSingleton(new OperatorAccess(AuthenticationMode.Entra))).ServeAsync();

        Assert.Equal("ann", CallerIn((await api.GetAsync("summary", Header("ann", "Operator"))).Text));
        Assert.Equal("bob", CallerIn((await api.GetAsync("summary", Header("bob", "Reader"))).Text));
    }

    [Fact]
    public async Task Summary_KeysMode_NamesNobody()
    {
        await using var api = await new OperatorWorld().ServeAsync();

        Assert.Null(CallerIn((await api.GetAsync("summary", Header("mallory", "Operator"))).Text));
    }

    [Fact]
    public void AnonymousFunctions_AreTheOnesThatTellNothingOfAPayment() => Assert.Equal(
        _anonymous, OperatorWorld.HttpFunctions().Where(function => function.Trigger.AuthLevel == AuthorizationLevel.Anonymous).Select(function => NameOf(function.Method)).Order(StringComparer.Ordinal));

    // Every function of the API, found by its trigger: a new one that forgets to ask for a role fails here.
    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task EntraMode_EveryCall_NeedsASignedInUserWithTheRole(string name)
    {
        var (method, trigger) = OperatorWorld.HttpFunctions().Single(function => NameOf(function.Method) == name);

        Assert.Equal(401, await CallAsync(method, AuthenticationMode.Entra, principal: null));
        Assert.Equal(403, await CallAsync(method, AuthenticationMode.Entra, Header("ann", "Other")));
        Assert.Equal(503, await CallAsync(method, AuthenticationMode.Entra, Header("ann", "Operator"), "is set up wrong"));
        if (trigger.Methods!.Single() == "post")
        {
            Assert.Equal(403, await CallAsync(method, AuthenticationMode.Entra, Header("ann", "Reader")));
        }
    }

    private static string? CallerIn(string summary) => JsonDocument.Parse(summary).RootElement.GetProperty("caller").GetString();

    private static string NameOf(MethodInfo method) => method.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static string Header(string name, string? role) => Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $$"""{"auth_typ":"aad","claims":[{"typ":"preferred_username","val":"{{name}}"}{{(role is null ? "" : $",{{\"typ\":\"roles\",\"val\":\"{role}\"}}")}}],"name_typ":"n","role_typ":"r"}"""));

    private static (int? Status, string? Name) Refuse(OperatorAccess access, OperatorRole role, params string[] headers)
    {
        var context = new DefaultHttpContext();
        if (headers.Length > 0)
        {
            context.Request.Headers[OperatorAccess.PrincipalHeader] = headers;
        }

        var refusal = access.Refuse(context.Request, role, out var caller);
        return (((IStatusCodeHttpResult?)refusal)?.StatusCode, caller.Name);
    }

    private static async Task<int?> CallAsync(MethodInfo method, AuthenticationMode mode, string? principal, string? fault = null)
    {
        var world = new OperatorWorld(services => services.AddSingleton(new OperatorAccess(mode, fault)));
        var context = new DefaultHttpContext();
        if (principal is not null)
        {
            context.Request.Headers[OperatorAccess.PrincipalHeader] = principal;
        }

        var answer = await OperatorWorld.InvokeAsync(method, ActivatorUtilities.CreateInstance(world.Services, method.DeclaringType!), context, new Mock<DurableTaskClient>("client").Object);
        return Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode;
    }
}
