using System.Text.Json;

namespace FunctionsNotify.DevHost;

/// <summary>The build output of an isolated Functions app says in <c>worker.config.json</c> which assembly is the worker.</summary>
internal static class WorkerConfig
{
    public static string Assembly(string appDirectory)
    {
        var file = Path.Combine(appDirectory, "worker.config.json");
        if (!File.Exists(file))
        {
            throw new DevHostException($"--app: must be the build output of an isolated Functions app; {appDirectory} holds no worker.config.json", DevHostException.WrongSettings);
        }

        using var config = JsonDocument.Parse(File.ReadAllBytes(file));
        return Path.Combine(appDirectory, config.RootElement.GetProperty("description").GetProperty("defaultWorkerPath").GetString()!);
    }
}
