using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

// A fault of an HTTP function is told to its caller: the platform would answer 200 with an empty body.
internal sealed class HttpFaults(ILogger<HttpFaults> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it was, the caller gets an answer.
        catch (Exception fault) when (context.GetHttpContext() is { Response.HasStarted: false })
#pragma warning restore CA1031
        {
            Logs.OperatorCallFailed(logger, fault, context.FunctionDefinition.Name);
            var isStorage = fault is RequestFailedException or AggregateException or OperationCanceledException;
            await Results.Problem(
                statusCode: isStorage ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
                detail: isStorage ? "Storage did not answer, so the result is unknown; try again." : "The call failed; the app's log says why.").ExecuteAsync(context.GetHttpContext()!).ConfigureAwait(false);
        }
    }
}
