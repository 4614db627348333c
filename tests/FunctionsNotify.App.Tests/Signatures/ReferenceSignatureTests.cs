using System.Reflection;
using System.Runtime.Loader;

namespace FunctionsNotify.App.Tests.Signatures;

// Packages mode only: in reference mode there is nothing real to compare with.
public sealed class ReferenceSignatureTests
{
    // FunctionContext is only mocked: deriving from it would pull in the worker's whole function metadata.
    private const string NeverDerivedFrom = "Microsoft.Azure.Functions.Worker.FunctionContext";

    private static readonly IReadOnlyDictionary<string, Type> Reference = LoadReference();

    private static readonly ILookup<string, Type> Real = LoadReal();

    [Fact]
    public void ReferenceAssembly_ComparedWithTheRealPackages_HasNoOtherSignature()
    {
        var differences = Reference.Values.SelectMany(type => SignatureComparison.Differences(
            type,
            Real[type.FullName!].SingleOrDefault(),
            isDerivedFrom: type.IsAbstract && !type.IsSealed && type.FullName != NeverDerivedFrom));

        // One text, because a collection's message would be cut short.
        Assert.Equal(string.Empty, string.Join(Environment.NewLine, differences));
    }

    [Theory]
    [InlineData("Microsoft.Azure.Functions.Worker.QueueTriggerAttribute")]
    [InlineData("Microsoft.Azure.Functions.Worker.Builder.FunctionsApplication")]
    [InlineData("Microsoft.DurableTask.TaskOrchestrationContext")]
    [InlineData("Microsoft.DurableTask.Client.DurableTaskClient")]
    [InlineData("DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException")]
    public void Comparison_LoadsBothSides(string type)
    {
        var real = Assert.Single(Real[type]);

        Assert.NotEqual(real.Assembly, Reference[type].Assembly);
        Assert.Equal("Functions.Reference", Reference[type].Assembly.GetName().Name);
    }

    private static Dictionary<string, Type> LoadReference()
    {
        // A context of its own, because the names are those of the real types. The framework comes from the default one.
        var context = new AssemblyLoadContext("reference");
        var assembly = context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "reference", "Functions.Reference.dll"));
        return assembly.GetExportedTypes().ToDictionary(type => type.FullName!);
    }

    private static ILookup<string, Type> LoadReal() => Directory
        .EnumerateFiles(AppContext.BaseDirectory, "*DurableTask*.dll")
        .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "Microsoft.Azure.Functions.Worker*.dll"))
        .Distinct()
        .SelectMany(path => Assembly.LoadFrom(path).GetExportedTypes())
        .ToLookup(type => type.FullName!);
}
