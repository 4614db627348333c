using Microsoft.Extensions.Configuration;

namespace FunctionsNotify.LocalHost;

internal static class DemoCommand
{
    public static Task<int> RunAsync(IConfiguration configuration, CancellationToken stop) => throw new NotSupportedException();
}
