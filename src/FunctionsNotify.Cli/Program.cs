using FunctionsNotify.Cli;

return await NotifyProgram.MainAsync(args).ConfigureAwait(false);
