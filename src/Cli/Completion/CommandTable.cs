using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;

namespace VideoGen.Cli.Completion;

/// <summary>What may be typed after an option, or as an argument.</summary>
/// <param name="IsTaken">Nothing may, where it is not.</param>
/// <param name="IsFile">The path of a file or a folder.</param>
/// <param name="Words">Those that there are; empty where it may be anything.</param>
internal sealed record TypedValue(bool IsTaken, bool IsFile, ImmutableArray<string> Words);

/// <summary>An option as a shell offers it.</summary>
/// <param name="Names">The long one first.</param>
internal sealed record TypedOption(ImmutableArray<string> Names, string Description, TypedValue Value);

/// <summary>A command as a shell offers it.</summary>
/// <param name="Path">Its name behind those that it belongs to: <c>queue pause</c>; empty for the program itself.</param>
/// <param name="Verbs">Commands below it, each with its description.</param>
/// <param name="Argument">What may be typed where no option is begun.</param>
internal sealed record TypedCommand(
    string Path,
    string Description,
    ImmutableArray<(string Name, string Description)> Verbs,
    ImmutableArray<TypedOption> Options,
    TypedValue Argument)
{
    /// <summary>What leads to the verbs below it, for a search word by word: the path so far and the next word.</summary>
    public IEnumerable<string> Steps => Verbs.Select(verb => $"{Path} {verb.Name}");
}

/// <summary>
/// All commands with their options, read off the commands by which a line is parsed and of which <c>--help</c> tells. So no completion knows another command
/// line than the program.
/// </summary>
internal static class CommandTable
{
    /// <summary>A shell shows it beside the name.</summary>
    private const int MaxDescription = 100;

    private static readonly TypedValue Nothing = new(false, false, []);

    public static ImmutableArray<TypedCommand> Of(RootCommand root) => [.. Walk(root, "", [])];

    private static IEnumerable<TypedCommand> Walk(Command command, string path, IEnumerable<Option> inherited)
    {
        var own = command.Options.Where(option => !option.Hidden);
        var verbs = command.Subcommands.Where(verb => !verb.Hidden).ToList();
        yield return new TypedCommand(
            path,
            FirstSentence(command.Description),
            [.. verbs.SelectMany(verb => NamesOf(verb).Select(name => (name, FirstSentence(verb.Description))))],
            [.. own.Concat(inherited).Select(Typed)],
            ArgumentOf(command));
        foreach (var verb in verbs)
        {
            foreach (var name in NamesOf(verb))
            {
                var below = path.Length == 0 ? name : $"{path} {name}";
                foreach (var typed in Walk(verb, below, inherited.Concat(own.Where(option => option.Recursive))))
                {
                    yield return typed;
                }
            }
        }
    }

    private static IEnumerable<string> NamesOf(Command command) => command.Aliases.Prepend(command.Name).Distinct(StringComparer.Ordinal);

    private static TypedOption Typed(Option option)
    {
        var names = option.Aliases.Prepend(option.Name).Distinct(StringComparer.Ordinal)
            .Where(name => name.StartsWith('-') && name is not "-?").OrderByDescending(name => name.StartsWith("--", StringComparison.Ordinal));
        var takes = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);
        var value = takes ? new TypedValue(true, IsPath(option.HelpName), WordsOf(option)) : Nothing;
        return new TypedOption([.. names], FirstSentence(option.Description), value);
    }

    private static TypedValue ArgumentOf(Command command) => command.Arguments.FirstOrDefault(argument => !argument.Hidden) is { } argument
        ? new TypedValue(true, IsPath(argument.HelpName ?? argument.Name), WordsOf(argument))
        : Nothing;

    private static ImmutableArray<string> WordsOf(Symbol symbol) => [.. symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label)];

    private static bool IsPath(string? name) => name is "FILE" or "FILM" or "DIR" || (name?.Contains('.', StringComparison.Ordinal) ?? false);

    private static string FirstSentence(string? description)
    {
        var text = description ?? "";
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        var sentence = (end < 0 ? text : text[..end]).TrimEnd('.');
        return sentence.Length <= MaxDescription ? sentence : $"{sentence[..(MaxDescription - 2)].TrimEnd()} …";
    }
}
