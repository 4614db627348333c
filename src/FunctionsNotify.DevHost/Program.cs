using FunctionsNotify.DevHost;

return await LocalHostProgram.MainAsync(args).ConfigureAwait(false);
