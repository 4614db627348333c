namespace FunctionsNotify.Simulator;

/// <summary>A part of what was received, in order.</summary>
/// <param name="Requests">The requests.</param>
/// <param name="Dropped">How many records had to be dropped since the start or the last clearing; not 0 means that the record is not complete.</param>
/// <param name="LastSequence">The sequence number of the last request on the page, or what was asked for when it is empty: the next page's <c>since</c>.</param>
/// <param name="HasMore">True when more requests match.</param>
public sealed record ReceivedPage(IReadOnlyList<ReceivedRequest> Requests, long Dropped, long LastSequence, bool HasMore);
