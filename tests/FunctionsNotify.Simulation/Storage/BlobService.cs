using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace FunctionsNotify.Simulation.Storage;

internal sealed record StoredBlob(byte[] Content, string ContentType, IReadOnlyDictionary<string, string> Metadata, string ETag, DateTimeOffset ModifiedAt);

internal sealed class BlobService(Func<DateTimeOffset> now)
{
    private const int PageSize = 5000;
    private const string MetadataPrefix = "x-ms-meta-";

    private readonly Dictionary<string, SortedDictionary<string, StoredBlob>> _containers = [];
    private long _version;

    // Who watches the blobs: one that was deleted.
    public Action<string, StoredBlob> Removed { get; set; } = (_, _) => { };

    public IReadOnlyDictionary<string, StoredBlob> Blobs(string container) => _containers[container];

    public Reply Answer(Call call)
    {
        var slash = call.Path.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? call.Path : call.Path[..slash];
        if (slash < 0 && call.Method == "PUT")
        {
            return _containers.TryAdd(name, new(StringComparer.Ordinal)) ? Created("0x1") : Reply.Refused(409, "ContainerAlreadyExists");
        }

        if (!_containers.TryGetValue(name, out var container))
        {
            return Reply.Refused(404, "ContainerNotFound");
        }

        return slash >= 0 ? One(call, container, call.Path[(slash + 1)..])
            : call.Query("comp") == "list" ? List(call, container)
            : new Reply(200, string.Empty, ("ETag", "\"0x1\""), ("Last-Modified", now().ToString("R")));
    }

    private Reply One(Call call, SortedDictionary<string, StoredBlob> container, string name)
    {
        var standing = container.GetValueOrDefault(name);
        if (call.Method == "PUT" && call["If-None-Match"] == "*" && standing is not null)
        {
            return Reply.Refused(409, "BlobAlreadyExists");
        }

        if (call["If-Match"] is { } ifMatch && ifMatch != "*" && ifMatch != standing?.ETag && (standing is not null || call.Method == "PUT"))
        {
            return Reply.Refused(412, "ConditionNotMet");
        }

        if (call.Method == "PUT")
        {
            var metadata = call.Headers.Where(header => header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key[MetadataPrefix.Length..], header => header.Value);
            var written = new StoredBlob(call.Body, call["x-ms-blob-content-type"] ?? "application/octet-stream", metadata, $"\"0x{++_version:X}\"", now());
            container[name] = written;
            return Created(written.ETag);
        }

        if (standing is null)
        {
            return Reply.Refused(404, "BlobNotFound");
        }

        if (call.Method == "DELETE")
        {
            container.Remove(name);
            Removed(name, standing);
            return new Reply(202);
        }

        return new Reply(
            200,
            string.Empty,
            [
                ("ETag", standing.ETag),
                ("Content-Type", standing.ContentType),
                ("Last-Modified", standing.ModifiedAt.ToString("R")),
                ("x-ms-blob-type", "BlockBlob"),
                ("x-ms-creation-time", standing.ModifiedAt.ToString("R")),
                .. standing.Metadata.Select(pair => (MetadataPrefix + pair.Key, pair.Value)),
            ])
        { Bytes = call.Method == "HEAD" ? [] : standing.Content };
    }

    private static Reply List(Call call, SortedDictionary<string, StoredBlob> container)
    {
        var (prefix, delimiter, marker) = (call.Query("prefix") ?? string.Empty, call.Query("delimiter"), call.Query("marker") ?? string.Empty);
        var max = int.TryParse(call.Query("maxresults"), out var asked) ? Math.Min(asked, PageSize) : PageSize;
        var all = container.Where(blob => blob.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(blob.Key, marker) >= 0);
        var entries = all
            .Select(blob => !string.IsNullOrEmpty(delimiter) && blob.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) is >= 0 and var at
                ? (Name: blob.Key[..(at + delimiter.Length)], Blob: (StoredBlob?)null)
                : (Name: blob.Key, Blob: blob.Value))
            .DistinctBy(entry => entry.Name).Take(max + 1).ToList();
        var withMetadata = call.Query("include")?.Contains("metadata", StringComparison.OrdinalIgnoreCase) == true;
        var body = new XElement(
            "EnumerationResults",
            new XElement("Prefix", prefix),
            new XElement("Blobs", entries.Take(max).Select(entry => entry.Blob is null ? new XElement("BlobPrefix", new XElement("Name", entry.Name)) : Element(entry.Name, entry.Blob, withMetadata))),
            new XElement("NextMarker", entries.Count > max ? entries[max].Name : string.Empty));
        return new Reply(200, string.Empty, ("Content-Type", "application/xml")) { Bytes = Encoding.UTF8.GetBytes(body.ToString(SaveOptions.DisableFormatting)) };
    }

    private static XElement Element(string name, StoredBlob blob, bool withMetadata) => new(
        "Blob",
        new XElement("Name", name),
        new XElement(
            "Properties",
            new XElement("Creation-Time", blob.ModifiedAt.ToString("R")),
            new XElement("Last-Modified", blob.ModifiedAt.ToString("R")),
            new XElement("Etag", blob.ETag),
            new XElement("Content-Length", blob.Content.Length.ToString(CultureInfo.InvariantCulture)),
            new XElement("Content-Type", blob.ContentType),
            new XElement("BlobType", "BlockBlob")),
        withMetadata ? new XElement("Metadata", blob.Metadata.Select(pair => new XElement(pair.Key, pair.Value))) : null);

    private Reply Created(string etag) => new(201, string.Empty, ("ETag", etag), ("Last-Modified", now().ToString("R")), ("x-ms-request-server-encrypted", "true"));
}
