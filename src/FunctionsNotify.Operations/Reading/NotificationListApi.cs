using FunctionsNotify.Deliveries;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Operations;

/// <summary>The handler of the list.</summary>
public sealed class NotificationListApi
{
    private readonly IDeliveryListing _listing;
    private readonly OperatorAccess _access;
    private readonly TimeProvider _time;
    private readonly ILogger<NotificationListApi> _logger;

    /// <summary>Makes the handler.</summary>
    /// <param name="listing">Lists the index.</param>
    /// <param name="access">Who may call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public NotificationListApi(IDeliveryListing listing, OperatorAccess access, TimeProvider time, ILogger<NotificationListApi> logger)
    {
        _listing = listing;
        _access = access;
        _time = time;
        _logger = logger;
    }

    /// <summary><c>GET /api/notifications</c>: a page of deliveries, newest acceptance first.</summary>
    /// <param name="request">The HTTP request, for its query.</param>
    /// <param name="cancellationToken">Stops the call.</param>
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
                Logs.RowUnreadable(_logger, fault);
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
