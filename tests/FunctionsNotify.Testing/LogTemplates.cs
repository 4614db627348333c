using System.Reflection;
using Microsoft.Extensions.Logging;

namespace FunctionsNotify.Testing;

/// <summary>The log lines of an assembly, as their definitions say.</summary>
public static class LogTemplates
{
    /// <summary>Every line of our assemblies that a test's assembly is built on, as <c>Class.Method</c> with its template.</summary>
    public static IReadOnlyDictionary<string, string> Of(params Assembly[] assemblies) => assemblies
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => (Method: method, Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
        .Where(each => each.Line is not null)
        .ToDictionary(each => $"{each.Method.DeclaringType!.FullName}.{each.Method.Name}", each => each.Line!.Message);

    /// <summary>The lines that speak of a delivery or a message and do not name the payment.</summary>
    public static IReadOnlyList<string> WithoutPayment(IReadOnlyDictionary<string, string> lines) => [.. lines
        .Where(line => line.Value.Contains("{DeliveryId}", StringComparison.Ordinal) || line.Value.Contains("{MessageId}", StringComparison.Ordinal))
        .Where(line => !line.Value.Contains("{PaymentId}", StringComparison.Ordinal))
        .Select(line => line.Key)
        .Order(StringComparer.Ordinal)];
}
