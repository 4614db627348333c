namespace FunctionsNotify.Deliveries;

/// <summary>The <c>Delivery__…</c> settings; each one not set keeps the default of <see cref="DeliveryPolicy"/>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Delivery";

    /// <summary>The retry schedule, <c>Delivery__RetryDelays__0</c> and on; each entry a time span such as <c>00:00:30</c>.</summary>
    public IList<TimeSpan>? RetryDelays { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.Jitter"/>.</summary>
    public double? Jitter { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.SetupFloor"/>.</summary>
    public TimeSpan? SetupFloor { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.SlowDownFloor"/>.</summary>
    public TimeSpan? SlowDownFloor { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.SlowDownCeiling"/>.</summary>
    public TimeSpan? SlowDownCeiling { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.PostponeBase"/>.</summary>
    public TimeSpan? PostponeBase { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.PostponeCap"/>.</summary>
    public TimeSpan? PostponeCap { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.LimiterWait"/>.</summary>
    public TimeSpan? LimiterWait { get; set; }

    /// <summary>See <see cref="DeliveryPolicy.PostponeLimit"/>.</summary>
    public TimeSpan? PostponeLimit { get; set; }

    /// <summary>The policy that these settings make.</summary>
    public DeliveryPolicy ToPolicy()
    {
        var defaults = new DeliveryPolicy();
        return new DeliveryPolicy
        {
            RetryDelays = RetryDelays is { Count: > 0 } delays ? [.. delays] : defaults.RetryDelays,
            Jitter = Jitter ?? defaults.Jitter,
            SetupFloor = SetupFloor ?? defaults.SetupFloor,
            SlowDownFloor = SlowDownFloor ?? defaults.SlowDownFloor,
            SlowDownCeiling = SlowDownCeiling ?? defaults.SlowDownCeiling,
            PostponeBase = PostponeBase ?? defaults.PostponeBase,
            PostponeCap = PostponeCap ?? defaults.PostponeCap,
            LimiterWait = LimiterWait ?? defaults.LimiterWait,
            PostponeLimit = PostponeLimit ?? defaults.PostponeLimit,
        };
    }
}
