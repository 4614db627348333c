using FunctionsNotify.LocalHost;

return await LocalHostProgram.MainAsync(args).ConfigureAwait(false);
