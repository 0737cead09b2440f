using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Cli.Completion;

/// <summary>The script for PowerShell.</summary>
internal static class PowerShellCompletion
{
    public static string Of(ImmutableArray<TypedCommand> commands)
    {
        var script = new StringBuilder();
        script.Append("""
            # Completion of videogen for PowerShell. Put into $PROFILE: videogen completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName videogen -ScriptBlock {
                param($word, $line, $cursor)
                $verbs = @{

            """);
        foreach (var command in commands)
        {
            script.Append($"        {Quote(command.Path)} = @({Pairs(command.Verbs)})\n");
        }

        script.Append("    }\n    $options = @{\n");
        foreach (var command in commands)
        {
            var named = command.Options.SelectMany(option => option.Names.Select(name => (name, option.Description)));
            script.Append($"        {Quote(command.Path)} = @({Pairs(named)})\n");
        }

        script.Append("    }\n    $words = @{\n");
        foreach (var command in commands.Where(command => !command.Argument.Words.IsEmpty))
        {
            script.Append($"        {Quote(command.Path)} = @({List(command.Argument.Words)})\n");
        }

        foreach (var (value, names) in Shells.ValuesOf(commands))
        {
            foreach (var name in names)
            {
                script.Append($"        {Quote(name)} = @({List(value.Words)})\n");
            }
        }

        script.Append("""
                }
                $verb = ''
                $typed = @($line.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { "$_" })
                foreach ($part in $typed) {
                    $next = "$verb $part".Trim()
                    if ($options.ContainsKey($next)) { $verb = $next }
                }
                $before = if ($typed.Count -gt 0) { "$verb $($typed[-1])" } else { '' }
                if ($words.ContainsKey($before)) { $found = @($words[$before] | ForEach-Object { , @($_, $_) }) }
                elseif ($word.StartsWith('-')) { $found = $options[$verb] }
                else { $found = $verbs[$verb] + @($words[$verb] | Where-Object { $_ } | ForEach-Object { , @($_, $_) }) }
                $found | Where-Object { $_ -and $_[0].StartsWith($word) } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
                }
            }

            """);
        return script.ToString();
    }

    /// <summary>Lists of a word and what is said of it; the comma keeps a list of one pair a list of pairs.</summary>
    private static string Pairs(IEnumerable<(string Name, string Description)> pairs) =>
        string.Join("; ", pairs.Select(pair => $", @({Quote(pair.Name)}, {Quote(pair.Description)})"));

    private static string List(IEnumerable<string> words) => string.Join(", ", words.Select(Quote));

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
