using System.Collections.Immutable;

namespace VideoGen.Cli.Completion;

/// <summary>The shells that there is a script for.</summary>
internal static class Shells
{
    public static readonly string[] Names = ["bash", "zsh", "fish", "pwsh"];

    public static string ScriptFor(string shell, ImmutableArray<TypedCommand> commands) => shell switch
    {
        "bash" => BashCompletion.Of(commands),
        "zsh" => ZshCompletion.Of(commands),
        "fish" => FishCompletion.Of(commands),
        _ => PowerShellCompletion.Of(commands),
    };

    /// <summary>The text as one word of a shell of Bourne's kind, in which nothing has a meaning of its own.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>For each kind of value that an option takes, the verbs with those options: <c>list --status</c>.</summary>
    public static IEnumerable<(TypedValue Value, ImmutableArray<string> Options)> ValuesOf(ImmutableArray<TypedCommand> commands) =>
        from command in commands
        from option in command.Options
        where option.Value.IsTaken
        from name in option.Names
        group $"{command.Path} {name}" by (option.Value.IsFile, Words: string.Join(' ', option.Value.Words)) into alike
        select (new TypedValue(true, alike.Key.IsFile, [.. alike.Key.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]), alike.ToImmutableArray());
}
