using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.App;

internal sealed class NotificationListApi
{
    private readonly IDeliveryListing _listing;
    private readonly OperatorAccess _access;
    private readonly TimeProvider _time;
    private readonly ILogger<NotificationListApi> _logger;

    public NotificationListApi(IDeliveryListing listing, OperatorAccess access, TimeProvider time, ILogger<NotificationListApi> logger)
    {
        _listing = listing;
        _access = access;
        _time = time;
        _logger = logger;
    }

    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => _access.RunAsync(request, OperatorRole.Reader, async _ =>
    {
        if (ListQuestion.Read(request, _time.GetUtcNow(), out var errors) is not { } question)
        {
            return OperatorCall.Invalid(errors.ToDictionary());
        }

        try
        {
            var page = await _listing.ListAsync(question.Filter, question.PageSize, question.Continuation, cancellationToken).ConfigureAwait(false);
            foreach (var fault in page.Unreadable)
            {
                OperatorLogs.RowUnreadable(_logger, fault);
            }

            return Results.Json(new { Items = page.Rows.Select(NotificationItem.Of), ContinuationToken = question.TokenOf(page.Continuation) }, QueryReader.Json);
        }
        catch (ArgumentException fault) when (fault.ParamName == "continuation")
        {
            errors.Add(ListQuestion.ContinuationToken, "must be what the page before gave");
            return OperatorCall.Invalid(errors.ToDictionary());
        }
    });
}
