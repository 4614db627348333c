using System.Text.RegularExpressions;

namespace FunctionsNotify.Infra.Tests.Monitoring;

/// <summary>The templates of every log line of the code that runs in Azure.</summary>
internal static partial class LogTemplates
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. RepositoryFiles.List("src", "*.cs")
            .Where(path => !path.StartsWith("src/FunctionsNotify.LocalHost/", StringComparison.Ordinal))
            .SelectMany(path => Template().Matches(RepositoryFiles.Read(path)).Select(match => match.Groups["template"].Value)),
    ];

    /// <summary>The names in the templates' braces: in the workspace, keys of <c>Properties</c>.</summary>
    public static IReadOnlyList<string> Placeholders { get; } =
        [.. All.SelectMany(template => Placeholder().Matches(template).Select(match => match.Groups["name"].Value)).Distinct()];

    [GeneratedRegex("""\[LoggerMessage\((?:[^"\]]*)"(?<template>[^"]*)"\)\]""")]
    private static partial Regex Template();

    [GeneratedRegex(@"\{(?<name>[A-Za-z]\w*)(?:[:,][^}]*)?\}")]
    private static partial Regex Placeholder();
}
