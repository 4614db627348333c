namespace FunctionsNotify.AlipayPlus;

/// <summary>What a result code asks of the operator. It labels; the decision is the result status's. <c>[decided]</c></summary>
public enum ResultCategory
{
    /// <summary>Nothing to do.</summary>
    Acknowledged,

    /// <summary>Retried by itself.</summary>
    Retried,

    /// <summary>Our key, client id, URL or headers are wrong; waiting payments heal once that is mended.</summary>
    SetUp,

    /// <summary>Final; ask Alipay+.</summary>
    Business,

    /// <summary>Final; an operator sends a correction.</summary>
    Correction,

    /// <summary>Final; reconcile the payment by hand.</summary>
    Reconciliation,
}
