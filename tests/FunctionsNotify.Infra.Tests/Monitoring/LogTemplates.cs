using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The templates of every log line of the code that runs in Azure.</summary>
internal static partial class LogTemplates
{
    public static IReadOnlyList<string> All { get; } = [.. Lines().Select(line => line.Groups["template"].Value)];

    /// <summary>The names of the methods: in the workspace, <c>EventName</c>.</summary>
    public static IReadOnlyList<string> EventNames { get; } = [.. Lines().Select(line => line.Groups["method"].Value)];

    /// <summary>The names in the templates' braces: in the workspace, keys of <c>Properties</c>.</summary>
    public static IReadOnlyList<string> Placeholders { get; } =
        [.. All.SelectMany(template => Placeholder().Matches(template).Select(match => match.Groups["name"].Value)).Distinct()];

    private static IEnumerable<Match> Lines() => RepositoryFiles.List("src", "*.cs")
        .Where(path => !path.StartsWith("src/FunctionsNotify.LocalHost/", StringComparison.Ordinal))
        .SelectMany(path => Line().Matches(RepositoryFiles.Read(path)));

    [GeneratedRegex("""\[LoggerMessage\((?:[^"\]]*)"(?<template>[^"]*)"\)\]\s+(?:public|private|internal) static partial void (?<method>\w+)\(""")]
    private static partial Regex Line();

    [GeneratedRegex(@"\{(?<name>[A-Za-z]\w*)(?:[:,][^}]*)?\}")]
    private static partial Regex Placeholder();
}
