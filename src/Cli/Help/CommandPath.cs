using System.CommandLine;
using System.CommandLine.Parsing;

namespace VideoGen.Cli.Help;

/// <summary>A command's name behind those that it belongs to.</summary>
internal static class CommandPath
{
    /// <summary><c>queue pause</c>; empty for the program itself.</summary>
    public static string Of(CommandResult result)
    {
        var names = new Stack<string>();
        for (SymbolResult? part = result; part is CommandResult { Command: not RootCommand } command; part = command.Parent)
        {
            names.Push(command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
