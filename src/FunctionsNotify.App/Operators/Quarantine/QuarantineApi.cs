using Microsoft.AspNetCore.Http;

namespace FunctionsNotify.App;

// The quarantine's handlers. Each host only routes to them, so that both answer alike.
internal sealed class QuarantineApi
{
    private static readonly string[] _listParameters = ["state", "status", "paymentId", "pageSize", "continuationToken", "code"];
    private static readonly string[] _requeueMembers = ["actor", "reason", "force", "body"];
    private static readonly string[] _discardMembers = ["actor", "reason"];
    private static readonly string[] _applyMembers = ["actor", "reason", "force"];

    private readonly QuarantineOperations _quarantine;
    private readonly ConflictApplication _application;
    private readonly OperatorAccess _access;

    public QuarantineApi(QuarantineOperations quarantine, ConflictApplication application, OperatorAccess access)
    {
        _quarantine = quarantine;
        _application = application;
        _access = access;
    }

    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => _access.RunAsync(request, OperatorRole.Reader, async _ =>
    {
        var query = new QueryReader(request, _listParameters);
        var filter = new QuarantineFilter(query.Name<MessageState>("state"), query.Name<QuarantineStatus>("status"), query.Text("paymentId"));
        var pageSize = query.Number("pageSize", 1, QuarantineOperations.MaxPage) ?? QuarantineOperations.DefaultPage;
        var continuation = query.Continuation("continuationToken");
        if (!query.Errors.Any)
        {
            try
            {
                var page = await _quarantine.ListAsync(filter, pageSize, continuation, cancellationToken).ConfigureAwait(false);
                return Results.Json(
                    new
                    {
                        Items = page.Records.Select(record => QuarantineView.Of(record, codec: null)),
                        Unreadable = page.Unreadable.Count == 0 ? null : page.Unreadable,
                        ContinuationToken = QueryReader.Token(page.Continuation),
                    },
                    QueryReader.Json);
            }
            catch (ArgumentException fault) when (fault.ParamName == "continuation")
            {
                query.Errors.Add("continuationToken", "must be what the page before gave");
            }
        }

        return OperatorCall.Invalid(query.Errors.ToDictionary());
    });

    public Task<IResult> GetAsync(string quarantineId, HttpRequest request, CancellationToken cancellationToken) => _access.RunAsync(request, OperatorRole.Reader, async _ =>
    {
        var query = new QueryReader(request, ["body", "code"]);
        var withBody = query.Flag("body");
        if (query.Errors.Any)
        {
            return OperatorCall.Invalid(query.Errors.ToDictionary());
        }

        try
        {
            return await FindAsync(quarantineId, withBody, cancellationToken).ConfigureAwait(false) is { } view ? Results.Json(view, DeliveryJson.Options) : NotFound();
        }
        catch (InvalidDataException)
        {
            return OperatorCall.Conflict("The record cannot be read; it was written by another version, or by hand.");
        }
    });

    public Task<IResult> RequeueAsync(string quarantineId, HttpRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(quarantineId, request, RedeliveryApi.MaxBytes, _requeueMembers, async (body, by) =>
        {
            var asked = new RequeueRequest(by, body.Object("body"), body.Flag("force"));
            return body.Errors.Any ? null : Answer(await _quarantine.RequeueAsync(quarantineId, asked, cancellationToken).ConfigureAwait(false), StatusCodes.Status202Accepted);
        }, cancellationToken);

    public Task<IResult> DiscardAsync(string quarantineId, HttpRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(quarantineId, request, CommandRequest.MaxBytes, _discardMembers, async (body, by) => body.Errors.Any
            ? null
            : Answer(await _quarantine.DiscardAsync(quarantineId, by, cancellationToken).ConfigureAwait(false), StatusCodes.Status200OK), cancellationToken);

    public Task<IResult> ApplyAsync(string quarantineId, HttpRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(quarantineId, request, CommandRequest.MaxBytes, _applyMembers, async (body, by) =>
        {
            var force = body.Flag("force");
            if (body.Errors.Any)
            {
                return null;
            }

            return await _application.ApplyAsync(quarantineId, by, force, cancellationToken).ConfigureAwait(false) switch
            {
                ApplyAnswer.Answered { Redelivery: RedeliveryAnswer.Unknown } => OperatorCall.Conflict("The claim of the record's payment is gone; requeue the record instead."),
                ApplyAnswer.Answered answered => RedeliveryApi.Answer(answered.Redelivery),
                ApplyAnswer.Taken { Record.State: not MessageState.Conflict } => OperatorCall.Conflict("Only a Conflict can be applied."),
                ApplyAnswer.Taken taken => OperatorCall.Conflict(Standing(taken.Record)),
                _ => NotFound(),
            };
        }, cancellationToken);

    private static IResult Answer(QuarantineAnswer answer, int status) => answer switch
    {
        QuarantineAnswer.Done done => Results.Json(QuarantineView.Of(done.Record, codec: null), DeliveryJson.Options, statusCode: status),
        QuarantineAnswer.Taken taken => OperatorCall.Conflict(Standing(taken.Record)),
        QuarantineAnswer.Refused refused => OperatorCall.Invalid(refused.Errors),
        _ => NotFound(),
    };

    private static string Standing(QuarantineRecord record) => record.History is [.., { } last]
        ? $"The record is {record.Status}, by {last.Actor}."
        : $"The record is {record.Status}.";

    private static IResult NotFound() => Results.Problem(statusCode: StatusCodes.Status404NotFound, detail: "There is no quarantine record of this id.");

    private Task<QuarantineView?> FindAsync(string quarantineId, bool withBody, CancellationToken cancellationToken) =>
        QuarantineRecord.IsId(quarantineId) ? _quarantine.FindAsync(quarantineId, withBody, cancellationToken) : Task.FromResult<QuarantineView?>(null);

    private Task<IResult> ChangeAsync(
        string quarantineId, HttpRequest request, int maxBytes, string[] members, Func<OperatorBody, OperatorStatement, Task<IResult?>> change, CancellationToken cancellationToken) =>
        _access.ChangeAsync(request, async caller =>
        {
            if (!QuarantineRecord.IsId(quarantineId))
            {
                return NotFound();
            }

            using var body = await OperatorBody.ReadAsync(request, maxBytes, members, cancellationToken).ConfigureAwait(false);
            if (body is null)
            {
                return OperatorCall.TooLarge(maxBytes);
            }

            try
            {
                return await change(body, body.Statement(caller)).ConfigureAwait(false) ?? OperatorCall.Invalid(body.Errors.ToDictionary());
            }
            catch (InvalidDataException)
            {
                return OperatorCall.Conflict("The record cannot be read; it was written by another version, or by hand.");
            }
        });
}
