using FunctionsNotify.App;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddNotificationApp(builder.Configuration);

try
{
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception exception) when (StartFaults.Of(exception) is { Count: > 0 } faults)
{
    foreach (var fault in faults)
    {
        await Console.Error.WriteLineAsync(fault);
    }

    return 1;
}
