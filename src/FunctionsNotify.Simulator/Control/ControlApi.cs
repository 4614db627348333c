using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FunctionsNotify.Simulator;

/// <summary>
/// The HTTP control API under <c>/control/</c>, JSON both ways. A paymentId is always a query parameter, because it may
/// hold any character.
/// <list type="bullet">
/// <item><c>GET health</c>: <see cref="HealthInfo"/>. <c>GET keys</c>: <see cref="KeysInfo"/>.</item>
/// <item><c>GET setup</c>, <c>PUT setup {"acquirerKeyKnown":false}</c>: <see cref="SetupInfo"/>.</item>
/// <item><c>PUT scripts?paymentId=</c> sets a payment's script, <c>PUT scripts</c> the default:
/// <c>{"steps":[{"resultStatus":"U"},{"delay":"00:00:06"},{}],"then":"last|default"}</c>; a step's fields are those of
/// <see cref="ScriptStep"/>, where <c>signed</c> is true, false, <c>wrong-key</c>, <c>wrong-body</c>,
/// <c>unknown-key-version</c> or <c>malformed</c>.</item>
/// <item><c>GET scripts?paymentId=</c>, <c>GET scripts</c>: <see cref="ScriptStatus"/>, or 404.</item>
/// <item><c>DELETE scripts?paymentId=</c> removes one (404 when there is none), <c>DELETE scripts</c> all with the default.</item>
/// <item><c>GET requests?paymentId=&amp;since=&amp;limit=</c>: <see cref="ReceivedPage"/>, at most 1,000 unless told (10,000).</item>
/// <item><c>DELETE requests</c> forgets every request, and what payments were acknowledged with.</item>
/// </list>
/// Bad input: 400 with <see cref="ControlProblem"/>, every fault at once.
/// </summary>
internal sealed class ControlApi(SimulatorServer server)
{
    private const long MaxBodyBytes = 16 * 1024 * 1024;
    private const int UsualLimit = 1_000;
    private const int MaxLimit = 10_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/control");
        control.MapGet("/health", context => Answer(context, new HealthInfo(
            "ok", server.Received.Total, server.Received.Dropped, server.PaymentsNotRemembered, server.Setup.AcquirerKeyKnown)));
        control.MapGet("/keys", context => Answer(context, new KeysInfo(
            server.ClientId, DevelopmentKeys.KeyVersion, server.Keys.AcquirerPublicKey, DevelopmentKeys.KeyVersion, server.Keys.AlipayPlusPublicKey, server.HostSettings)));
        control.MapGet("/setup", context => Answer(context, new SetupInfo(server.Setup.AcquirerKeyKnown)));
        control.MapPut("/setup", PutSetupAsync);
        control.MapGet("/scripts", GetScriptAsync);
        control.MapPut("/scripts", PutScriptAsync);
        control.MapDelete("/scripts", DeleteScriptsAsync);
        control.MapGet("/requests", GetRequestsAsync);
        control.MapDelete("/requests", DeleteRequestsAsync);
    }

    private async Task PutSetupAsync(HttpContext context)
    {
        List<ScriptViolation> violations = [];
        _ = new ControlQuery(context.Request.Query, violations);
        bool? known = null;
        using (var document = await ReadAsync(context, violations))
        {
            if (document is not null)
            {
                var reader = new ObjectReader(document.RootElement, string.Empty, violations);
                known = reader.Flag("acquirerKeyKnown");
                reader.Require("acquirerKeyKnown", known is not null || violations.Count > 0);
                reader.End();
            }
        }

        if (violations.Count > 0)
        {
            await Refuse(context, violations);
            return;
        }

        server.Setup.AcquirerKeyKnown = known!.Value;
        await Answer(context, new SetupInfo(known.Value));
    }

    private Task GetScriptAsync(HttpContext context)
    {
        List<ScriptViolation> violations = [];
        var paymentId = new ControlQuery(context.Request.Query, violations, "paymentId").PaymentId();
        if (violations.Count > 0)
        {
            return Refuse(context, violations);
        }

        var status = paymentId is null ? server.Scripts.FindDefault() : server.Scripts.Find(paymentId);
        return status is null ? Missing(context) : Answer(context, status);
    }

    private async Task PutScriptAsync(HttpContext context)
    {
        List<ScriptViolation> violations = [];
        var paymentId = new ControlQuery(context.Request.Query, violations, "paymentId").PaymentId();
        Script? script = null;
        using (var document = await ReadAsync(context, violations))
        {
            if (document is not null)
            {
                script = ScriptReader.Read(document.RootElement, violations);
            }
        }

        if (script is null || violations.Count > 0)
        {
            await Refuse(context, violations);
            return;
        }

        if (paymentId is null)
        {
            server.Scripts.SetDefault(script);
        }
        else
        {
            server.Scripts.Set(paymentId, script);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task DeleteScriptsAsync(HttpContext context)
    {
        List<ScriptViolation> violations = [];
        var paymentId = new ControlQuery(context.Request.Query, violations, "paymentId").PaymentId();
        if (violations.Count > 0)
        {
            return Refuse(context, violations);
        }

        if (paymentId is not null && !server.Scripts.Remove(paymentId))
        {
            return Missing(context);
        }

        if (paymentId is null)
        {
            server.Scripts.Clear();
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task GetRequestsAsync(HttpContext context)
    {
        List<ScriptViolation> violations = [];
        var query = new ControlQuery(context.Request.Query, violations, "paymentId", "since", "limit");
        var paymentId = query.PaymentId();
        var since = query.Number("since", 0, 0, long.MaxValue);
        var limit = (int)query.Number("limit", UsualLimit, 1, MaxLimit);
        return violations.Count > 0 ? Refuse(context, violations) : Answer(context, server.Received.Page(paymentId, since, limit));
    }

    private Task DeleteRequestsAsync(HttpContext context)
    {
        List<ScriptViolation> violations = [];
        _ = new ControlQuery(context.Request.Query, violations);
        if (violations.Count > 0)
        {
            return Refuse(context, violations);
        }

        server.ForgetReceived();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task<JsonDocument?> ReadAsync(HttpContext context, List<ScriptViolation> violations)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }

        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, new JsonDocumentOptions { AllowDuplicateProperties = false }, context.RequestAborted);
        }
        catch (JsonException fault)
        {
            violations.Add(new("$", fault.LineNumber is null
                ? "must be one strict JSON value without repeated names"
                : $"must be one strict JSON value without repeated names; it breaks off at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}"));
            return null;
        }
        catch (BadHttpRequestException)
        {
            violations.Add(new("$", $"must be a whole body of at most {MaxBodyBytes} bytes"));
            return null;
        }
    }

    private static Task Answer<T>(HttpContext context, T value) =>
        context.Response.WriteAsJsonAsync(value, ControlJson.Options, context.RequestAborted);

    private static Task Missing(HttpContext context) => Problem(context, new("There is no such script.", StatusCodes.Status404NotFound, []));

    private static Task Refuse(HttpContext context, List<ScriptViolation> violations) =>
        Problem(context, new("The input was refused; nothing was changed.", StatusCodes.Status400BadRequest, violations));

    private static Task Problem(HttpContext context, ControlProblem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, ControlJson.Options, "application/problem+json", context.RequestAborted);
    }
}
