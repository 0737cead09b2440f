using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Cli.Completion;

/// <summary>The script for fish.</summary>
internal static class FishCompletion
{
    public static string Of(ImmutableArray<TypedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append("""
            # Completion of videogen for fish: videogen completion fish > ~/.config/fish/completions/videogen.fish
            function __videogen_is_at
                set -l verb ''
                for word in (commandline -opc)[2..-1]
                    switch "$verb $word"

            """);
        script.Append($"            case {string.Join(' ', commands.SelectMany(command => command.Steps).Select(Quote))}\n");
        script.Append("""
                            set verb (string trim "$verb $word")
                    end
                end
                test "$verb" = "$argv[1]"
            end
            complete -c videogen -e
            complete -c videogen -f

            """);
        foreach (var command in commands)
        {
            var at = $"complete -c videogen -n {Quote($"__videogen_is_at {Quote(command.Path)}")}";
            foreach (var (name, description) in command.Verbs)
            {
                script.Append($"{at} -a {name} -d {Quote(description)}\n");
            }

            if (command.Argument.IsFile)
            {
                script.Append($"{at} -F\n");
            }

            if (!command.Argument.Words.IsEmpty)
            {
                script.Append($"{at} -a {Quote(string.Join(' ', command.Argument.Words))}\n");
            }

            foreach (var option in command.Options)
            {
                var names = string.Join(
                    ' ', option.Names.Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {name[1..]}"));
                var value = option.Value switch
                {
                    { IsTaken: false } => "",
                    { IsFile: true } => " -r -F",
                    { Words.IsEmpty: true } => " -x",
                    var words => $" -x -a {Quote(string.Join(' ', words.Words))}",
                };
                script.Append($"{at} {names}{value} -d {Quote(option.Description)}\n");
            }
        }

        return script.ToString();
    }

    private static string Quote(string text) =>
        $"'{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
}
