namespace FunctionsNotify.Infra.Tests.Bicep;

/// <summary>The parameter files, and the environment that their snapshots are made with: values that are nobody's.</summary>
internal static class Variant
{
    public const string Dev = "dev";
    public const string Prod = "prod";
    public const string Private = "private";

    public const string Subscription = "00000000-0000-0000-0000-000000000001";
    public const string ResourceGroup = "rg-notify";
    public const string PaymentsAccount = "stpayments";
    public const string PaymentsResourceGroup = "rg-payments";
    public const string Backend = "11111111-1111-1111-1111-111111111111";
    public const string KeyVersion = "0123456789abcdef0123456789abcdef";

    public static IReadOnlyList<string> Names { get; } = [Dev, Prod, Private];

    public static TheoryData<string> All => [.. Names];

    /// <summary>What <c>readEnvironmentVariable</c> finds.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["AZURE_ENV_NAME"] = "dev",
        ["ALIPAYPLUS_BASE_URL"] = "https://gateway.example.com",
        ["ALIPAYPLUS_CLIENT_ID"] = "SNAPSHOT_CLIENT",
        ["ALIPAYPLUS_KEY_VERSION"] = "2",
        ["ALIPAYPLUS_PUBLIC_KEYS"] = """{"1":"PUBLIC-KEY-1","2":"PUBLIC-KEY-2"}""",
        ["SIGNING_KEY_VERSION"] = KeyVersion,
        ["PAYMENT_BACKENDS"] = $$"""[{"principalId":"{{Backend}}","principalType":"ServicePrincipal"}]""",
        ["ALERT_EMAILS"] = """["oncall@example.com"]""",
        ["OPERATIONS_CLIENT_ID"] = "22222222-2222-2222-2222-222222222222",
        ["PAYMENTS_ACCOUNT"] = PaymentsAccount,
        ["PAYMENTS_RESOURCE_GROUP"] = PaymentsResourceGroup,
    };
}
