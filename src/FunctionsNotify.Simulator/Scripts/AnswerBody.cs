namespace FunctionsNotify.Simulator;

/// <summary>What an answer's body holds.</summary>
public enum AnswerBody
{
    /// <summary>The result in Alipay+'s form.</summary>
    Result,

    /// <summary>A result with so much beside it that the body is larger than 64 KB (100,000 bytes and more).</summary>
    Big,

    /// <summary>The first half of the result's bytes, in an answer that is whole otherwise; its signature is the whole body's.</summary>
    Truncated,

    /// <summary>A proxy's HTML page; unsigned unless the step says otherwise.</summary>
    Html,

    /// <summary>Bytes that are neither JSON nor UTF-8; unsigned unless the step says otherwise.</summary>
    Garbage,

    /// <summary>Nothing; unsigned unless the step says otherwise.</summary>
    Empty,
}
