namespace FunctionsNotify.LocalHost;

/// <summary>Where measurements and traces go.</summary>
public enum TelemetryTarget
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>To standard output.</summary>
    Console,

    /// <summary>By OTLP, to the address that OpenTelemetry's own settings name.</summary>
    Otlp,
}
