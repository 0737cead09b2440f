using Spectre.Console;
using VideoGen.Cli;

return await new CommandLine(AnsiConsole.Console, Console.Error).RunAsync(args);
