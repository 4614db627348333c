using System.Reflection;
using System.Text.RegularExpressions;
using FunctionsNotify.AlipayPlus;
using FunctionsNotify.App;
using FunctionsNotify.Deliveries;

namespace FunctionsNotify.Infra.Tests.Monitoring;

// What the code emits, as the code says it: constants, enums, log templates.
internal static partial class TelemetryModel
{
    public static IReadOnlyList<string> Instruments { get; } = Constants(typeof(TelemetryNames.Instruments));

    public static IReadOnlyList<string> Attributes { get; } = Constants(typeof(TelemetryNames.Attributes));

    public static IReadOnlyList<string> Spans { get; } = Constants(typeof(TelemetryNames.Spans));

    public static IReadOnlyList<string> SpanAttributes { get; } = Constants(typeof(TelemetryNames.SpanAttributes));

    // In the workspace, `EventName` and keys of `Properties`.
    public static IReadOnlyList<string> EventNames { get; } = [.. Lines().Select(line => line.Groups["method"].Value)];

    public static IReadOnlyList<string> LineProperties { get; } =
    [
        .. Lines().SelectMany(line => Placeholder().Matches(line.Groups["template"].Value)).Select(match => match.Groups["name"].Value).Distinct(),
        "EventId", "EventName", "CategoryName",
    ];

    // Keys that a query may look up.
    public static IReadOnlySet<string> Keys { get; } = Attributes.Concat(SpanAttributes).Concat(LineProperties).ToHashSet();

    // Texts that a query may compare with: names, and the values of every closed set.
    public static IReadOnlySet<string> Values { get; } =
        Instruments.Concat(Spans).Concat(EventNames).Concat(Constants(typeof(TelemetryNames.Verdicts))).Concat(Constants(typeof(TelemetryNames.Queues)))
            .Concat(Constants(typeof(TelemetryNames.Runs))).Concat(Constants(typeof(TelemetryNames.Results)))
            .Concat(Enum.GetNames<AttemptKind>()).Concat(Enum.GetNames<DeliveryState>()).Concat(Enum.GetNames<MessageState>()).Concat(Enum.GetNames<DeliveryCause>())
            .Concat(Enum.GetNames<SweepAction>()).Concat(Enum.GetNames<PostponeReason>()).ToHashSet();

    private static IReadOnlyList<string> Constants(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    private static IEnumerable<Match> Lines() => Repository.List("src", "*.cs").SelectMany(path => Line().Matches(Repository.Read(path)));

    [GeneratedRegex("""\[LoggerMessage\((?:[^"\]]*)"(?<template>[^"]*)"\)\]\s+(?:public|private|internal) static partial void (?<method>\w+)\(""")]
    private static partial Regex Line();

    [GeneratedRegex(@"\{(?<name>[A-Za-z]\w*)(?:[:,][^}]*)?\}")]
    private static partial Regex Placeholder();
}
