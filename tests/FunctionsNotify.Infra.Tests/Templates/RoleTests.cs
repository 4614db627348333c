using System.Text.RegularExpressions;
using FunctionsNotify.Infra.Tests.Bicep;

namespace FunctionsNotify.Infra.Tests.Templates;

[Collection(SharedCompilation.Name)]
public sealed partial class RoleTests(CompiledInfra infra)
{
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"] = "Storage Queue Data Message Sender",
        ["8a0f0c08-91a1-4084-bc3d-661d67233fed"] = "Storage Queue Data Message Processor",
        ["12338af0-0e69-4776-bea7-57ae8d297424"] = "Key Vault Crypto User",
    };

    private static readonly string[] Everywhere =
    [
        "app: Monitoring Metrics Publisher on components",
        "app: Storage Blob Data Owner on storageAccounts",
        "app: Storage Queue Data Contributor on storageAccounts",
        "app: Storage Table Data Contributor on storageAccounts",
        "app: Key Vault Crypto User on vaults/keys notify-signing",
        "backend: Storage Queue Data Message Sender on storageAccounts/queueServices/queues payment-notifications",
        "backend: Storage Queue Data Message Processor on storageAccounts/queueServices/queues payment-notification-outcomes",
    ];

    private static readonly string[] InASeparateAccount =
    [
        "app: Storage Queue Data Contributor on storageAccounts/queueServices/queues payment-notifications",
        "app: Storage Queue Data Contributor on storageAccounts/queueServices/queues payment-notifications-poison",
        "app: Storage Queue Data Contributor on storageAccounts/queueServices/queues payment-notification-outcomes",
    ];

    [BicepTheory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public void Roles_AreExactlyTheExpectedOnes(string variant)
    {
        var found = infra.Expanded(variant).OfType("Microsoft.Authorization/roleAssignments").Select(assignment =>
        {
            var scope = Scope().Match((string)assignment["id"]!);
            var principal = (string)assignment["properties"]!["principalId"]!;
            var who = principal == Variant.Backend ? "backend" : principal.EndsWith(".outputs.principalId.value]", StringComparison.Ordinal) ? "app" : principal;
            var role = Roles[((string)assignment["properties"]!["roleDefinitionId"]!).Split('/')[^1]];
            return $"{who}: {role} on {TypeAndName(scope.Groups["scope"].Value)}";
        });

        Assert.Equal(
            (variant == Variant.Private ? [.. Everywhere, .. InASeparateAccount] : Everywhere).Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public void Queues_OfASeparateAccount_AreInIt()
    {
        var ids = infra.Expanded(Variant.Private).OfType("Microsoft.Storage/storageAccounts/queueServices/queues").Select(queue => (string)queue["id"]!).ToList();

        Assert.Equal(3, ids.Count);
        Assert.All(ids, id => Assert.Contains($"/resourceGroups/{Variant.PaymentsResourceGroup}/providers/Microsoft.Storage/storageAccounts/{Variant.PaymentsAccount}/", id, StringComparison.Ordinal));
        Assert.Contains(Variant.PaymentsAccount, infra.Expanded(Variant.Private).AppSettings["PaymentsStorage__queueServiceUri"], StringComparison.Ordinal);
    }

    [GeneratedRegex("/resourceGroups/[^/]+/providers/[^/]+/(?<scope>.+)/providers/Microsoft.Authorization/")]
    private static partial Regex Scope();

    // type/name/type/name: the types, and the last name where it is one that we gave.
    private static string TypeAndName(string scope)
    {
        var parts = scope.Split('/');
        var types = string.Join('/', parts.Where((_, index) => index % 2 == 0));
        return parts.Length > 2 ? $"{types} {parts[^1]}" : types;
    }
}
