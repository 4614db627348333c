using FunctionsNotify.AlipayPlus;

namespace FunctionsNotify.Client;

/// <summary>The notification breaks rules that keep it from being sent; nothing was put on the queue.</summary>
public sealed class InvalidPaymentNotificationException : Exception
{
    /// <summary>Makes the exception without violations.</summary>
    public InvalidPaymentNotificationException()
        : this([])
    {
    }

    /// <summary>Makes the exception without violations.</summary>
    /// <param name="message">The message.</param>
    public InvalidPaymentNotificationException(string message)
        : this(message, null)
    {
    }

    /// <summary>Makes the exception without violations.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidPaymentNotificationException(string message, Exception? innerException)
        : base(message, innerException) => Refusals = [];

    /// <summary>Makes the exception; its message names every violation's field, rule and shape, never a value.</summary>
    /// <param name="refusals">Every violation that refuses the notification.</param>
    public InvalidPaymentNotificationException(IReadOnlyList<Violation> refusals)
        : base("The payment notification was not put on the queue: " + string.Join("; ", refusals)) => Refusals = refusals;

    /// <summary>Every violation that refuses the notification.</summary>
    public IReadOnlyList<Violation> Refusals { get; }
}
