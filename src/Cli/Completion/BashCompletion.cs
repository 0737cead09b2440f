using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Cli.Completion;

/// <summary>The script for bash.</summary>
internal static class BashCompletion
{
    public static string Of(ImmutableArray<TypedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append("""
            # Completion of videogen for bash. Put into ~/.bashrc: eval "$(videogen completion bash)"
            _videogen() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb='' plain='' options='' files='' i
                COMPREPLY=()
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$verb ${COMP_WORDS[i]}" in

            """);
        script.Append($"            {Any(commands.SelectMany(command => command.Steps))}) verb=\"${{verb:+$verb }}${{COMP_WORDS[i]}}\" ;;\n");
        script.Append("""
                    esac
                done
                # Readline takes --option=value apart.
                if [[ $word == = ]]; then word=''; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
                case "$verb $before" in

            """);
        foreach (var (value, names) in Shells.ValuesOf(commands))
        {
            var act = value.IsFile ? "compopt -o default 2>/dev/null; return"
                : value.Words.IsEmpty ? "return"
                : $"COMPREPLY=($(compgen -W {Shells.Quote(string.Join(' ', value.Words))} -- \"$word\")); return";
            script.Append($"        {Any(names)}) {act} ;;\n");
        }

        script.Append("    esac\n    case $verb in\n");
        foreach (var command in commands)
        {
            var plain = string.Join(' ', command.Verbs.Select(verb => verb.Name).Concat(command.Argument.Words));
            var options = string.Join(' ', command.Options.SelectMany(option => option.Names));
            script.Append($"        {Shells.Quote(command.Path)}) plain={Shells.Quote(plain)} options={Shells.Quote(options)}");
            script.Append(command.Argument.IsFile ? " files=1 ;;\n" : " ;;\n");
        }

        script.Append("""
                esac
                if [[ $word == -* || -z $plain$files ]]; then plain=$options; fi
                COMPREPLY=($(compgen -W "$plain" -- "$word"))
                if [[ -n $files && ${#COMPREPLY[@]} -eq 0 ]]; then compopt -o default 2>/dev/null; fi
                return 0
            }
            complete -F _videogen videogen

            """);
        return script.ToString();
    }

    private static string Any(IEnumerable<string> texts) => string.Join(" | ", texts.Select(Shells.Quote));
}
