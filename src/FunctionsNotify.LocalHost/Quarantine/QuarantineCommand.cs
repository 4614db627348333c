using Azure;
using Azure.Identity;
using FunctionsNotify.Deliveries;
using FunctionsNotify.Operations;
using FunctionsNotify.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsNotify.LocalHost;

/// <summary>The command <c>quarantine</c>: works on a storage account, whichever host uses it.</summary>
internal sealed class QuarantineCommand(TextWriter output, TextWriter error, Action<ILoggingBuilder> logging)
{
    /// <summary>The word that starts it.</summary>
    public const string Name = "quarantine";

    /// <summary>Does what the arguments ask.</summary>
    /// <param name="args">What follows the word <c>quarantine</c>.</param>
    /// <param name="environment">The environment's settings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The program's exit code.</returns>
    /// <exception cref="ConfigurationException">The command line or a setting is wrong.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> args, IConfiguration environment, CancellationToken cancellationToken)
    {
        var arguments = QuarantineArguments.Read(args);
        if (arguments.Action == "help")
        {
            await output.WriteLineAsync(QuarantineArguments.Help).ConfigureAwait(false);
            return LocalHostProgram.Ok;
        }

        var body = await ReadBodyAsync(arguments, cancellationToken).ConfigureAwait(false);
        var services = Services(Storage(arguments, environment));
        await using (services.ConfigureAwait(false))
        {
            try
            {
                return await RunAsync(arguments, body, services.GetRequiredService<QuarantineOperations>(), cancellationToken).ConfigureAwait(false);
            }
            catch (OptionsValidationException exception)
            {
                throw new ConfigurationException([.. exception.Failures]);
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or AuthenticationFailedException or InvalidDataException)
            {
                await error.WriteLineAsync(Faults.Brief(exception)).ConfigureAwait(false);
                return LocalHostProgram.Failed;
            }
        }
    }

    private async Task<int> RunAsync(QuarantineArguments arguments, ReadOnlyMemory<byte>? body, QuarantineOperations quarantine, CancellationToken cancellationToken)
    {
        switch (arguments.Action)
        {
            case "list":
                return await ListAsync(arguments, quarantine, cancellationToken).ConfigureAwait(false);
            case "show":
                return await ShowAsync(arguments, quarantine, cancellationToken).ConfigureAwait(false);
            case "requeue":
                var request = new RequeueRequest(arguments.By, body, arguments.Force);
                return Tell(await quarantine.RequeueAsync(arguments.Id, request, cancellationToken).ConfigureAwait(false));
            default:
                return Tell(await quarantine.DiscardAsync(arguments.Id, arguments.By, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<int> ListAsync(QuarantineArguments arguments, QuarantineOperations quarantine, CancellationToken cancellationToken)
    {
        try
        {
            new QuarantinePrinter(output).Page(await quarantine.ListAsync(arguments.Filter, arguments.Max, arguments.Continuation, cancellationToken).ConfigureAwait(false));
            return LocalHostProgram.Ok;
        }
        catch (ArgumentException exception) when (exception.ParamName == "continuation")
        {
            throw new ConfigurationException(["--continue: must be what the page before gave"]);
        }
    }

    private async Task<int> ShowAsync(QuarantineArguments arguments, QuarantineOperations quarantine, CancellationToken cancellationToken)
    {
        var needsBody = arguments.WithBody || arguments.SaveBodyFile is not null;
        if (await quarantine.FindAsync(arguments.Id, needsBody, cancellationToken).ConfigureAwait(false) is not { } view)
        {
            return Unknown();
        }

        var printer = new QuarantinePrinter(output);
        printer.Record(view);
        if (arguments.WithBody)
        {
            printer.Body(view);
        }

        if (arguments.SaveBodyFile is { } file)
        {
            await File.WriteAllBytesAsync(file, view.Body ?? default, cancellationToken).ConfigureAwait(false);
        }

        return LocalHostProgram.Ok;
    }

    private int Tell(QuarantineAnswer answer)
    {
        switch (answer)
        {
            case QuarantineAnswer.Done done:
                output.WriteLine($"{done.Record.QuarantineId} {QuarantinePrinter.Standing(done.Record)}");
                if (done.Record.History is [.., { MessageId: { } messageId }])
                {
                    output.WriteLine($"It is on the queue{(done.Record.Correction is null ? string.Empty : ", corrected,")} as message {messageId}.");
                }

                return LocalHostProgram.Ok;

            case QuarantineAnswer.Taken taken:
                error.WriteLine($"ID: {QuarantinePrinter.Standing(taken.Record)}; nothing was done");
                if (taken.Record.Status == QuarantineStatus.Requeuing)
                {
                    error.WriteLine($"ID: if that was cut off, requeue it again after {QuarantineOperations.TakeOverAfter.TotalMinutes:0} minutes");
                }

                return LocalHostProgram.Failed;

            case QuarantineAnswer.Refused refused:
                foreach (var (field, rules) in refused.Errors)
                {
                    foreach (var rule in rules)
                    {
                        error.WriteLine(QuarantinePrinter.Clean($"{field}: {rule}"));
                    }
                }

                return LocalHostProgram.Failed;

            default:
                return Unknown();
        }
    }

    private int Unknown()
    {
        error.WriteLine("ID: there is no such record");
        return LocalHostProgram.Failed;
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(QuarantineArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.BodyFile is not { } file)
        {
            return null;
        }

        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException([$"--body: the file cannot be read ({exception.GetType().Name})"]);
        }
    }

    private static IConfiguration Storage(QuarantineArguments arguments, IConfiguration environment)
    {
        if (arguments.Data is null && SettingsCheck.HasStorage(environment))
        {
            return environment;
        }

        var data = Path.GetFullPath(arguments.Data ?? (environment["LocalHost:Data"] is { Length: > 0 } set ? set : Path.Combine(RepositoryRoot.Find(), ".local")));
        var connection = AzuriteAddress.Find(data) ?? throw new ConfigurationException(
            [arguments.Data is null
                ? $"{StorageConnectionOptions.Section}: is not set, and no local host with an Azurite of its own runs on the default folder; set it, or give --data"
                : "--data: no local host with an Azurite of its own runs on this folder"]);
        return new ConfigurationBuilder().AddConfiguration(environment)
            .AddInMemoryCollection([new(StorageConnectionOptions.Section, connection), new(StorageConnectionOptions.PaymentsSection, connection)])
            .Build();
    }

    private ServiceProvider Services(IConfiguration configuration) => new ServiceCollection()
        .AddLogging(builder =>
        {
            builder.AddLocalHostLogging(configuration);
            logging(builder);
        })
        .AddNotificationQueues(configuration)
        .AddTableAuditLog()
        .AddRetention(configuration.GetSection(RetentionPolicy.Section))
        .AddQuarantineOperations()
        .BuildServiceProvider();
}
