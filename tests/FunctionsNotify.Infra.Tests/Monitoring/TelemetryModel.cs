using System.Collections.Frozen;
using System.Reflection;
using System.Xml.Linq;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.Deliveries;
using FunctionsNotify.App;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>What the code emits, as the code says it: constants, enums, log templates, timers.</summary>
internal sealed class TelemetryModel
{
    private const string ConstantPrefix = "F:FunctionsNotify.Telemetry.TelemetryNames.";

    private readonly FrozenDictionary<string, FrozenSet<string>> _attributesOfInstruments;
    private readonly FrozenDictionary<string, FrozenSet<string>> _values;

    private TelemetryModel()
    {
        Instruments = Constants(typeof(TelemetryNames.Instruments)).Values.ToFrozenSet();
        Attributes = Constants(typeof(TelemetryNames.Attributes)).Values.ToFrozenSet();
        Spans = Constants(typeof(TelemetryNames.Spans)).Values.ToFrozenSet();
        SpanAttributes = Constants(typeof(TelemetryNames.SpanAttributes)).Values.ToFrozenSet();
        LineProperties = LogTemplates.Placeholders.Concat(["EventId", "EventName", "CategoryName"]).ToFrozenSet();
        var texts = Texts();
        _attributesOfInstruments = Constants(typeof(TelemetryNames.Instruments))
            .ToFrozenDictionary(constant => constant.Value, constant => AttributesIn(texts[$"{ConstantPrefix}Instruments.{constant.Key}"]));
        _values = ClosedSets();
    }

    public static TelemetryModel OfTheCode { get; } = new();

    public IReadOnlySet<string> Instruments { get; }

    public IReadOnlySet<string> Attributes { get; }

    public IReadOnlySet<string> Spans { get; }

    public IReadOnlySet<string> SpanAttributes { get; }

    public IReadOnlySet<string> LineProperties { get; }

    public bool HasAttribute(string instrument, string attribute) =>
        _attributesOfInstruments.TryGetValue(instrument, out var attributes) && attributes.Contains(attribute);

    /// <summary>The closed set of an attribute's values, of instruments and of spans; null when it is not one.</summary>
    public IReadOnlySet<string>? Values(string attribute) => _values.GetValueOrDefault(attribute);

    private static FrozenDictionary<string, FrozenSet<string>> ClosedSets()
    {
        var kinds = Names<AttemptKind>().Where(kind => kind != nameof(AttemptKind.Postponed)).ToFrozenSet();
        var verdicts = Constants(typeof(TelemetryNames.Verdicts)).Values.ToFrozenSet();
        var states = Names<DeliveryState>().Where(state => state != nameof(DeliveryState.Open)).Concat(Names<MessageState>()).ToFrozenSet();
        return new Dictionary<string, FrozenSet<string>>
        {
            [TelemetryNames.Attributes.Verdict] = verdicts,
            [TelemetryNames.Attributes.Kind] = kinds,
            [TelemetryNames.Attributes.State] = states,
            [TelemetryNames.Attributes.Cause] = [.. Names<DeliveryCause>(), TelemetryNames.Others.Message],
            [TelemetryNames.Attributes.Action] = Names<SweepAction>().ToFrozenSet(),
            [TelemetryNames.Attributes.Reason] = Names<PostponeReason>().ToFrozenSet(),
            [TelemetryNames.Attributes.Run] = Constants(typeof(TelemetryNames.Runs)).Values.ToFrozenSet(),
            [TelemetryNames.Attributes.Queue] = Constants(typeof(TelemetryNames.Queues)).Values.ToFrozenSet(),
            [TelemetryNames.Attributes.Result] = Constants(typeof(TelemetryNames.Results)).Values.ToFrozenSet(),
            [TelemetryNames.SpanAttributes.AttemptKind] = [.. Names<AttemptKind>()],
            [TelemetryNames.SpanAttributes.State] = [.. states, .. verdicts],
            ["EventName"] = LogTemplates.EventNames.ToFrozenSet(),
            ["Kind"] = [.. Names<AttemptKind>()],
            ["State"] = states,
            ["Alert"] = [.. Names<SweepAction>()],
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string[] Names<T>()
        where T : struct, Enum => Enum.GetNames<T>();

    private static Dictionary<string, string> Constants(Type type) => type
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!);

    /// <summary>The constants' own documentation: it says which attributes an instrument has.</summary>
    private static Dictionary<string, XElement> Texts() => XDocument
        .Load(Path.ChangeExtension(typeof(TelemetryNames).Assembly.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(member => (string)member.Attribute("name")!, member => member);

    private static FrozenSet<string> AttributesIn(XElement text)
    {
        var constants = Constants(typeof(TelemetryNames.Attributes));
        return text.Descendants("see")
            .Select(see => (string?)see.Attribute("cref"))
            .Where(cref => cref?.StartsWith($"{ConstantPrefix}Attributes.", StringComparison.Ordinal) == true)
            .Select(cref => constants[cref![$"{ConstantPrefix}Attributes.".Length..]])
            .ToFrozenSet();
    }
}
