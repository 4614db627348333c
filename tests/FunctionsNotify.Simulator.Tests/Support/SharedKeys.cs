namespace FunctionsNotify.Simulator.Tests;

/// <summary>One folder of development keys for every test that does not test the keys: making a pair takes a while.</summary>
internal static class SharedKeys
{
    private static readonly Lazy<TemporaryFolder> Made = new(() =>
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    });

    public static string Folder => Made.Value.Path;
}
