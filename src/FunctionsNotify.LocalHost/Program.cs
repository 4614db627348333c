using FunctionsNotify.LocalHost;

await using var azurite = await AzuriteProcess.StartAsync();
Console.WriteLine(azurite.ConnectionString);
Console.ReadLine();
