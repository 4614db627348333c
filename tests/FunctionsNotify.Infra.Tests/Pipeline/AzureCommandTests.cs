using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Pipeline;

// Azure's command line is not here to be asked: a command in a document or a workflow is one that was looked up in its reference,
// and that works with this plan.
public sealed partial class AzureCommandTests
{
    private static readonly string[] LookedUp =
    [
        "account get-access-token",
        "ad app federated-credential create",
        "bicep install",
        "deployment group create",
        "deployment group what-if",
        "functionapp config appsettings list",
        "functionapp deployment source config-zip",
        "functionapp keys list",
        "functionapp restart",
        "functionapp scale config show",
        "functionapp show",
        "functionapp stop",
        "identity show",
        "keyvault key download",
        "keyvault key set-attributes",
        "keyvault network-rule add",
        "keyvault network-rule remove",
        "keyvault show",
        "keyvault update",
        "lock create",
        "lock delete",
        "monitor log-analytics query",
        "monitor log-analytics workspace show",
        "network private-dns",
        "network private-endpoint create",
        "network private-endpoint dns-zone-group create",
        "provider register",
        "role assignment create",
        "role assignment delete",
        "storage account failover",
        "storage account show",
    ];

    [Fact]
    public void Commands_OfDocumentsAndWorkflows_AreThoseThatWereLookedUp() => Assert.Equal(
        LookedUp,
        Repository.List("docs", "*.md").Concat(Repository.List(".github/workflows", "*.yml")).Append("README.md")
            .SelectMany(file => Command().Matches(Repository.Read(file))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\baz ([a-z-]+(?: [a-z][a-z-]*)*)")]
    private static partial Regex Command();
}
