using System.Reflection;
using System.Text;
using FunctionsNotify.App.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace FunctionsNotify.App.Tests.Operators;

/// <summary>Every function of the API, found by its trigger: a new one that forgets to ask for a role fails here.</summary>
public sealed class RoleTests
{
    private static readonly string[] _anonymous = [HealthFunction.Name, ReadyFunction.Name, PageFunction.Name, PageFileFunction.Name];

    public static TheoryData<string> Guarded =>
    [
        .. Functions().Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name).Except(_anonymous),
    ];

    [Fact]
    public void AnonymousFunctions_AreTheOnesThatTellNothingOfAPayment() => Assert.Equal(
        _anonymous.Order(StringComparer.Ordinal),
        Functions().Where(method => Trigger(method).AuthLevel == AuthorizationLevel.Anonymous).Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task EntraMode_EveryCall_NeedsASignedInUserWithTheRole(string name)
    {
        var isChange = Trigger(Function(name)).Methods![0] == "post";

        Assert.Equal(401, await CallAsync(name, principal: null));
        Assert.Equal(403, await CallAsync(name, Principal("Other")));
        if (isChange)
        {
            Assert.Equal(403, await CallAsync(name, Principal("Reader")));
        }
    }

    private static string Principal(string role) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"claims":[{"typ":"name","val":"ann"},{"typ":"roles","val":"{{role}}"}]}"""));

    private static async Task<int?> CallAsync(string name, string? principal)
    {
        await using var services = AppServicesTests.Build(new Dictionary<string, string?>(AppServicesTests.Sound) { ["Operations:Authentication"] = "entra", ["WEBSITE_AUTH_ENABLED"] = "True" });
        var method = Function(name);
        var function = ActivatorUtilities.CreateInstance(services, method.DeclaringType!);
        var context = new DefaultHttpContext();
        if (principal is not null)
        {
            context.Request.Headers[OperatorAccess.PrincipalHeader] = principal;
        }

        object?[] arguments =
        [
            .. method.GetParameters().Select<ParameterInfo, object?>(parameter => parameter.ParameterType switch
            {
                var type when type == typeof(HttpRequest) => context.Request,
                var type when type == typeof(DurableTaskClient) => new Mock<DurableTaskClient>("client").Object,
                var type when type == typeof(CancellationToken) => CancellationToken.None,
                var type => throw new InvalidOperationException($"{name} has a parameter of {type}."),
            }),
        ];
        var result = await Assert.IsAssignableFrom<Task<IResult>>(method.Invoke(function, arguments));
        return Assert.IsAssignableFrom<IStatusCodeHttpResult>(result).StatusCode;
    }

    private static MethodInfo Function(string name) => Functions().Single(method => method.GetCustomAttribute<FunctionAttribute>()!.Name == name);

    private static HttpTriggerAttribute Trigger(MethodInfo method) =>
        method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single();

    private static IEnumerable<MethodInfo> Functions() => typeof(AppServices).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null && method.GetParameters().Any(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>() is not null));
}
