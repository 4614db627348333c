using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Cli;

/// <summary>What checking a captured signature came to.</summary>
internal sealed record Diagnosis
{
    /// <summary>The verdict by the rules that the hosts apply.</summary>
    public required VerificationStatus Status { get; init; }

    /// <summary>The key version that the header names.</summary>
    public string? KeyVersion { get; init; }

    /// <summary>Each explains the failure: one mistake, or two together. Empty when it holds, or when nothing explains it.</summary>
    public IReadOnlyList<IReadOnlyList<NamedMistake>> Explanations { get; init; } = [];

    /// <summary>What is not as it should be although the signature can be read.</summary>
    public IReadOnlyList<NamedMistake> Notes { get; init; } = [];

    /// <summary>True when the signature holds by the rules.</summary>
    public bool IsValid => Status == VerificationStatus.Valid;
}

/// <summary>A mistake and what it means here.</summary>
/// <param name="Mistake">Which.</param>
/// <param name="Detail">One sentence.</param>
internal sealed record NamedMistake(Mistake Mistake, string Detail);
