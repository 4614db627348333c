using FunctionsNotify.App;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<HttpFaults>();
// What these would say of every call and payment, the spans and our own lines say; host.json does the same for the console.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.DurableTask", LogLevel.Warning);
builder.Services.AddNotificationApp(builder.Configuration);

try
{
    var app = builder.Build();
    // Before anything is made of them: the first part that reads a wrong one would hide the others.
    app.Services.GetService<IStartupValidator>()?.Validate();
    await app.RunAsync();
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
