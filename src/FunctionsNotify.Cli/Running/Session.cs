using System.CommandLine;

namespace FunctionsNotify.Cli;

/// <summary>One run of one command.</summary>
internal sealed class Session : IDisposable
{
    private readonly GlobalOptions _options;
    private readonly ParseResult _parse;
    private readonly Lazy<ApiClient> _api;

    public Session(CliHost host, GlobalOptions options, ParseResult parse)
    {
        Host = host;
        _options = options;
        _parse = parse;
        IsJson = parse.GetValue(options.Json);
        Output = new Output(host, IsJson);
        _api = new Lazy<ApiClient>(() => new ApiClient(Settings(), host));
    }

    /// <summary>The world around.</summary>
    public CliHost Host { get; }

    /// <summary>Where results go.</summary>
    public Output Output { get; }

    /// <summary>True when a script reads.</summary>
    public bool IsJson { get; }

    /// <summary>The host's API.</summary>
    /// <exception cref="CliFault">The address or the key cannot be used.</exception>
    public ApiClient Api => _api.Value;

    /// <summary>True when the host learns who acts from the sign-in, so that no actor is sent.</summary>
    public bool IsSignedIn => Settings().Scope is not null;

    /// <summary>An option's value.</summary>
    public T? Get<T>(Option<T> option) => _parse.GetValue(option);

    /// <summary>An argument's value.</summary>
    public T? Get<T>(Argument<T> argument) => _parse.GetValue(argument);

    /// <summary>True when the option stands on the command line.</summary>
    public bool Has(Option option) => _parse.GetResult(option) is { Implicit: false };

    /// <summary>An option's value, or the environment's where it is not given; and which of them it was.</summary>
    public (string Name, string? Value) Setting(Option<string?> option, string variable) =>
        Get(option) is { } given ? (option.Name, given) : (variable, Host.Variable(variable) is { Length: > 0 } set ? set : null);

    public void Dispose()
    {
        if (_api.IsValueCreated)
        {
            _api.Value.Dispose();
        }
    }

    private ApiSettings Settings() => ApiSettings.Read(_parse.GetValue(_options.Url), _parse.GetValue(_options.Key), _parse.GetValue(_options.EntraScope), Host.Variable);
}
