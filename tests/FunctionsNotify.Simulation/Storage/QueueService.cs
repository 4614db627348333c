using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace FunctionsNotify.Simulation.Storage;

internal sealed class StoredMessage
{
    public required string Id { get; init; }

    public required string Text { get; set; }

    public required DateTimeOffset InsertedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset VisibleAt { get; set; }

    public int DequeueCount { get; set; }

    public string Receipt { get; set; } = string.Empty;
}

internal sealed class QueueService(Func<DateTimeOffset> now)
{
    private static readonly DateTimeOffset _never = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private readonly Dictionary<string, List<StoredMessage>> _queues = [];
    private int _number;

    // Who watches the queues: a message that was put on one.
    public Action<string, StoredMessage> Added { get; set; } = (_, _) => { };

    public IReadOnlyList<StoredMessage> Messages(string queue) => _queues.GetValueOrDefault(queue) ?? [];

    public StoredMessage Put(string queue, string text, TimeSpan timeToLive, TimeSpan delay = default)
    {
        var message = new StoredMessage
        {
            Id = new Guid(++_number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]).ToString(),
            Text = text,
            // The service tells times in whole seconds.
            InsertedAt = new DateTimeOffset(now().UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero),
            ExpiresAt = timeToLive < TimeSpan.Zero ? null : now() + timeToLive,
            VisibleAt = now() + delay,
            Receipt = Receipt(),
        };
        _queues[queue].Add(message);
        Added(queue, message);
        return message;
    }

    public void Create(string queue) => _queues.TryAdd(queue, []);

    public IReadOnlyList<StoredMessage> Receive(string queue, int max, TimeSpan lease)
    {
        var received = Visible(queue).Take(max).ToList();
        received.ForEach(message => Lease(message, lease));
        return received;
    }

    public void Lease(StoredMessage message, TimeSpan lease, bool counts = true)
    {
        message.DequeueCount += counts ? 1 : 0;
        message.VisibleAt = now() + lease;
        message.Receipt = Receipt();
    }

    public bool Delete(string queue, string id, string receipt) => _queues[queue].RemoveAll(message => message.Id == id && message.Receipt == receipt) > 0;

    public Reply Answer(Call call)
    {
        var path = call.Path.Split('/');
        if (call.Method == "PUT" && path.Length == 1)
        {
            return new Reply(_queues.TryAdd(path[0], []) ? 201 : 204);
        }

        if (!_queues.TryGetValue(path[0], out var queue))
        {
            return Reply.Refused(404, "QueueNotFound");
        }

        if (path.Length == 1)
        {
            return new Reply(200, string.Empty, ("x-ms-approximate-messages-count", queue.Count.ToString(CultureInfo.InvariantCulture)));
        }

        if (path.Length == 2)
        {
            return call.Method switch
            {
                "POST" => Post(call, path[0]),
                _ when call.Query("peekonly") == "true" => Xml(Visible(path[0]).Take(Number(call, "numofmessages") ?? 1).Select(message => Element(message, withText: true, withReceipt: false)), 200),
                _ => Xml(Receive(path[0], Number(call, "numofmessages") ?? 1, TimeSpan.FromSeconds(Number(call, "visibilitytimeout") ?? 30)).Select(message => Element(message, withText: true)), 200),
            };
        }

        if (queue.Find(message => message.Id == path[2]) is not { } found)
        {
            return Reply.Refused(404, "MessageNotFound");
        }

        if (found.Receipt != call.Query("popreceipt"))
        {
            return Reply.Refused(400, "PopReceiptMismatch");
        }

        if (call.Method == "DELETE")
        {
            queue.Remove(found);
            return new Reply(204);
        }

        found.Text = Text(call) ?? found.Text;
        found.VisibleAt = now() + TimeSpan.FromSeconds(Number(call, "visibilitytimeout") ?? 0);
        found.Receipt = Receipt();
        return new Reply(204, string.Empty, ("x-ms-popreceipt", found.Receipt), ("x-ms-time-next-visible", found.VisibleAt.ToString("R")));
    }

    private Reply Post(Call call, string queue)
    {
        var (life, delay) = (Number(call, "messagettl") ?? 7 * 86_400, Number(call, "visibilitytimeout") ?? 0);
        return Xml([Element(Put(queue, Text(call) ?? string.Empty, TimeSpan.FromSeconds(life), TimeSpan.FromSeconds(delay)), withText: false)], 201);
    }

    private IEnumerable<StoredMessage> Visible(string queue)
    {
        _queues[queue].RemoveAll(message => message.ExpiresAt <= now());
        return _queues[queue].Where(message => message.VisibleAt <= now());
    }

    private string Receipt() => Convert.ToBase64String(BitConverter.GetBytes(++_number));

    private static int? Number(Call call, string name) => int.TryParse(call.Query(name), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Text(Call call) => call.Body.Length == 0 ? null : XDocument.Load(new MemoryStream(call.Body), LoadOptions.PreserveWhitespace).Root!.Element("MessageText")?.Value;

    private static XElement Element(StoredMessage message, bool withText, bool withReceipt = true) => new(
        "QueueMessage",
        new XElement("MessageId", message.Id),
        new XElement("InsertionTime", message.InsertedAt.ToString("R")),
        new XElement("ExpirationTime", (message.ExpiresAt ?? _never).ToString("R")),
        withReceipt ? new XElement("PopReceipt", message.Receipt) : null,
        withReceipt ? new XElement("TimeNextVisible", message.VisibleAt.ToString("R")) : null,
        withText ? new XElement("DequeueCount", message.DequeueCount) : null,
        withText ? new XElement("MessageText", message.Text) : null);

    private static Reply Xml(IEnumerable<XElement> messages, int status) =>
        new(status, string.Empty, ("Content-Type", "application/xml")) { Bytes = Encoding.UTF8.GetBytes(new XElement("QueueMessagesList", messages).ToString(SaveOptions.DisableFormatting)) };
}
