using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Templates;

[Collection(Compilation.Name)]
public sealed partial class RoleTests(CompiledInfra infra)
{
    private const string Queue = "storageAccounts/queueServices/queues";

    private static readonly Dictionary<string, string> Roles = new()
    {
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"] = "Storage Queue Data Message Sender",
        ["8a0f0c08-91a1-4084-bc3d-661d67233fed"] = "Storage Queue Data Message Processor",
        ["12338af0-0e69-4776-bea7-57ae8d297424"] = "Key Vault Crypto User",
        ["21090545-7ca7-4776-b22c-e363652d74d2"] = "Key Vault Reader",
    };

    private static readonly string[] Everywhere =
    [
        "app: Monitoring Metrics Publisher on components",
        "app: Storage Blob Data Owner on storageAccounts",
        "app: Storage Queue Data Contributor on storageAccounts",
        "app: Storage Table Data Contributor on storageAccounts",
        "app: Key Vault Crypto User on vaults/keys notify-signing-1",
        $"backend: Storage Queue Data Message Sender on {Queue} payment-notifications",
        $"backend: Storage Queue Data Message Processor on {Queue} payment-notification-outcomes",
    ];

    private static readonly Dictionary<string, string[]> Besides = new()
    {
        [Variant.Dev] =
        [
            $"developer: Storage Queue Data Message Sender on {Queue} payment-notifications",
            $"developer: Storage Queue Data Message Processor on {Queue} payment-notification-outcomes",
            "developer: Key Vault Reader on vaults/keys notify-signing-1",
        ],
        [Variant.Everything] =
        [
            "app: Key Vault Crypto User on vaults/keys notify-signing-2",
            $"app: Storage Queue Data Contributor on {Queue} payment-notifications",
            $"app: Storage Queue Data Contributor on {Queue} payment-notifications-poison",
            $"app: Storage Queue Data Contributor on {Queue} payment-notification-outcomes",
        ],
    };

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Roles_AreExactlyTheExpectedOnes(string variant)
    {
        var found = infra.Expanded(variant).OfType("Microsoft.Authorization/roleAssignments").Select(assignment =>
        {
            var principal = (string)assignment["properties"]!["principalId"]!;
            var who = principal switch
            {
                Variant.Backend => "backend",
                Variant.Developer => "developer",
                _ when principal.Contains("userAssignedIdentities/id-", StringComparison.Ordinal) => "app",
                _ => principal,
            };
            var role = Roles[((string)assignment["properties"]!["roleDefinitionId"]!).Split('/')[^1]];
            return $"{who}: {role} on {TypeAndName(Scope().Match((string)assignment["id"]!).Groups["scope"].Value)}";
        });

        Assert.Equal(Everywhere.Concat(Besides.GetValueOrDefault(variant, [])).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    // Telemetry goes to the new app's own workspace.
    [Fact]
    public void TakeOver_InTheDocument_GivesTheRolesOfTheApp() => Assert.All(
        Everywhere.Where(role => role.StartsWith("app: ", StringComparison.Ordinal)).Select(role => role["app: ".Length..role.IndexOf(" on ", StringComparison.Ordinal)]).Except(["Monitoring Metrics Publisher"]),
        role => Assert.Contains($"'{role}'", Repository.Read("docs/deployment.md"), StringComparison.Ordinal));

    // A remade identity, and that of a second app on the same account, is another principal; an assignment never changes its own.
    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Roles_OfTheApp_AreNamedByItsPrincipal(string variant) => Assert.All(
        infra.Expanded(variant).OfType("Microsoft.Authorization/roleAssignments").Select(assignment => (Id: (string)assignment["id"]!, Principal: ((string)assignment["properties"]!["principalId"]!).Trim('[', ']'))),
        assignment => Assert.True(!assignment.Principal.Contains("userAssignedIdentities", StringComparison.Ordinal) || assignment.Id.Contains(assignment.Principal, StringComparison.Ordinal), assignment.Id));

    [BicepFact]
    public void Queues_OfASeparateAccount_AreInIt()
    {
        var ids = infra.Expanded(Variant.Everything).OfType("Microsoft.Storage/storageAccounts/queueServices/queues").Select(queue => (string)queue["id"]!).ToList();

        Assert.Equal(3, ids.Count);
        Assert.All(ids, id => Assert.Contains("/resourceGroups/rg-payments/providers/Microsoft.Storage/storageAccounts/stpayments/", id, StringComparison.Ordinal));
        Assert.Contains("stpayments", infra.Expanded(Variant.Everything).AppSettings["PaymentsStorage__queueServiceUri"], StringComparison.Ordinal);
    }

    [GeneratedRegex("/resourceGroups/[^/]+/providers/[^/]+/(?<scope>.+?)(?:'|/providers/Microsoft.Authorization/)")]
    private static partial Regex Scope();

    // type/name/type/name: the types, and the last name where it is one that we gave.
    private static string TypeAndName(string scope)
    {
        var parts = scope.Split('/');
        var types = string.Join('/', parts.Where((_, index) => index % 2 == 0));
        return parts.Length > 2 ? $"{types} {parts[^1]}" : types;
    }
}
