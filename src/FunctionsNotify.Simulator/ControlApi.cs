using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FunctionsNotify.Simulator;

/// <summary>How the simulator is.</summary>
/// <param name="Received">How many requests came in since the start.</param>
/// <param name="Settings">What a host on this machine needs, by environment name; keys by their paths.</param>
public sealed record SimulatorState(long Received, bool AcquirerKeyKnown, IReadOnlyDictionary<string, string> Settings);

/// <summary>
/// The control API, JSON both ways. A paymentId is always a query parameter, because it may hold any character.
/// GET /control/state; PUT /control/setup {"acquirerKeyKnown":false}; PUT /control/scripts?paymentId= with
/// {"steps":[{"resultStatus":"U"},{"delay":"00:00:06"},{}]}, without a paymentId for the default; DELETE /control/scripts;
/// GET /control/requests?paymentId=&amp;since=&amp;limit=; DELETE /control/requests. Bad input: 400 with problem details.
/// </summary>
internal static class ControlApi
{
    private const int MaxPage = 1_000;

    /// <summary>camelCase names, kebab-case words for enums, nothing unknown.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    public static void Map(IEndpointRouteBuilder control, SimulatorServer server)
    {
        control.MapGet("/state", () => Answer(new SimulatorState(server.Received.Total, server.AcquirerKeyKnown, server.HostSettings)));
        control.MapPut("/setup", (HttpRequest request) => ChangeAsync<Setup>(request, setup => server.AcquirerKeyKnown = setup.AcquirerKeyKnown));
        control.MapPut("/scripts", (HttpRequest request, string? paymentId) => paymentId is ""
            ? Task.FromResult(Refuse("paymentId: must not be empty; leave it out for the default script"))
            : ChangeAsync<Script>(request, script =>
            {
                if (paymentId is null)
                {
                    server.Scripts.SetDefault(script);
                }
                else
                {
                    server.Scripts.Set(paymentId, script);
                }
            }));
        control.MapDelete("/scripts", () => server.Scripts.Clear());
        control.MapGet("/requests", (string? paymentId, long since = 0, int limit = MaxPage) => paymentId is "" || limit is < 1 or > MaxPage
            ? Refuse($"paymentId: must not be empty, limit: must be 1 to {MaxPage}")
            : Answer(server.Received.Page(paymentId, since, limit)));
        control.MapDelete("/requests", server.ForgetReceived);
    }

    private static async Task<IResult> ChangeAsync<T>(HttpRequest request, Action<T> change)
    {
        try
        {
            change(await JsonSerializer.DeserializeAsync<T>(request.Body, Json, request.HttpContext.RequestAborted) ?? throw new JsonException("$: must not be null"));
            return Results.NoContent();
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return Refuse(fault.Message);
        }
    }

    private static IResult Answer<T>(T value) => Results.Json(value, Json);

    private static IResult Refuse(string why) => Results.Problem(why, statusCode: StatusCodes.Status400BadRequest, title: "The input was refused; nothing was changed.");

    internal sealed record Setup(bool AcquirerKeyKnown);
}
