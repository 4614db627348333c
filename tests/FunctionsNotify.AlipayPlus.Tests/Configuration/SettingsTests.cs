using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.AlipayPlus.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void AddSettings_GoodSettings_AreBoundAndBlankOnesKeepTheirDefault()
    {
        var options = Read(
            ("Count", "7"), ("Share", "0.5"), ("Wait", "00:00:30"), ("Day", "2027-03-31"), ("Kind", "rejected"), ("Delays:0", "00:00:01"), ("Delays:1", "00:00:02"), ("Text", " "), ("IsOn", "true"));

        Assert.Equal((7, 0.5, TimeSpan.FromSeconds(30), new DateOnly(2027, 3, 31), AttemptKind.Rejected, "usual", true), (options.Count, options.Share, options.Wait, options.Day, options.Kind, options.Text, options.IsOn));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], options.Delays.AsEnumerable());
    }

    [Fact]
    public void AddSettings_EverythingWrong_IsOneLineEachWithoutItsValue()
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(
            ("Count", "hush"), ("Share", "hush"), ("Wait", "hush"), ("Day", "03/04/2027"), ("Kind", "hush"), ("Delays:0", "hush"), ("IsOn", "hush"), ("Cuont", "hush"), ("Text", "hush hush"), ("Share:of", "hush")));

        string[] expected =
        [
            "Sample__Count: must be a whole number", "Sample__Cuont: is no setting", "Sample__Day: must be a day", "Sample__Delays__0: must be a time span", "Sample__IsOn: must be true or false",
            "Sample__Kind: must be one of acknowledged", "Sample__Share: must be a number", "Sample__Share__of: is no setting", "Sample__Text: must be short", "Sample__Text: must be usual", "Sample__Wait: must be a time span",
        ];
        Assert.Equal(expected.Length, fault.Failures.Count());
        Assert.All(fault.Failures.Order(StringComparer.Ordinal).Zip(expected), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
        Assert.All(fault.Failures, line => Assert.DoesNotContain("hush", line, StringComparison.Ordinal));
    }

    private static Sample Read(params (string Name, string Value)[] settings)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Sample:{setting.Name}", (string?)setting.Value))).Build().GetSection("Sample");
        var services = new ServiceCollection();
        services.AddSettings<Sample>(section);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<Sample>>().Value;
    }

    private sealed class Sample : IValidatableObject
    {
        public int Count { get; set; }

        public double Share { get; set; }

        public TimeSpan Wait { get; set; }

        public DateOnly? Day { get; set; }

        public AttemptKind Kind { get; set; }

        public ImmutableArray<TimeSpan> Delays { get; set; } = [];

        public bool IsOn { get; set; }

        [StringLength(5, ErrorMessage = "must be short")]
        public string Text { get; set; } = "usual";

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            Text == "usual" ? [] : [new("must be usual", [nameof(Text)])];
    }
}
