using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Cli.Completion;

/// <summary>The script for zsh.</summary>
internal static class ZshCompletion
{
    public static string Of(ImmutableArray<TypedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append("""
            #compdef videogen
            # Completion of videogen for zsh. Put into ~/.zshrc, behind compinit: eval "$(videogen completion zsh)"
            _videogen() {
                local verb='' i
                local -a verbs options values
                for ((i = 2; i < CURRENT; i++)); do
                    case "$verb ${words[i]}" in

            """);
        script.Append($"            ({Any(commands.SelectMany(command => command.Steps))}) verb=\"${{verb:+$verb }}${{words[i]}}\" ;;\n");
        script.Append("        esac\n    done\n    case \"$verb ${words[CURRENT - 1]}\" in\n");
        foreach (var (value, names) in Shells.ValuesOf(commands))
        {
            var act = value.IsFile ? "_files" : value.Words.IsEmpty ? "_message value" : $"compadd -- {Words(value.Words)}";
            script.Append($"        ({Any(names)}) {act}; return ;;\n");
        }

        script.Append("    esac\n    case $verb in\n");
        foreach (var command in commands)
        {
            script.Append($"        ({Shells.Quote(command.Path)})\n");
            script.Append($"            verbs=({Words(command.Verbs.Select(verb => Described(verb.Name, verb.Description)))})\n");
            script.Append($"            values=({Words(command.Argument.Words)}{(command.Argument.IsFile ? " FILE" : "")})\n");
            var options = command.Options.SelectMany(option => option.Names.Select(name => Described(name, option.Description)));
            script.Append($"            options=({Words(options)}) ;;\n");
        }

        script.Append("""
                esac
                if [[ $PREFIX == -* || -z "$verbs$values" ]]; then _describe -o option options
                elif [[ $values == *FILE ]]; then _files
                elif [[ -n "$verbs" ]]; then _describe command verbs
                else compadd -- $values
                fi
            }
            if [[ $funcstack[1] == _videogen ]]; then _videogen "$@"; else compdef _videogen videogen; fi

            """);
        return script.ToString();
    }

    /// <summary>A name and, behind a colon, what it does.</summary>
    private static string Described(string name, string description) => $"{name.Replace(":", @"\:", StringComparison.Ordinal)}:{description}";

    private static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(Shells.Quote));

    private static string Any(IEnumerable<string> texts) => string.Join("|", texts.Select(Shells.Quote));
}
