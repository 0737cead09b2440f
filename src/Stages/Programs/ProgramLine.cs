using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Stages.Programs;

/// <summary>The words of a command. They reach the program as they are: no shell comes between.</summary>
internal sealed record ProgramLine
{
    private const int MaxLength = 8_192;

    /// <summary>What only a shell knows to do something with. Quotes make them plain.</summary>
    private const string OfShells = "|&;<>()$`*?#";

    private ProgramLine(string text, string folder, ImmutableArray<string> words, ImmutableArray<string> files)
    {
        Text = text;
        Folder = folder;
        Words = words;
        Files = files;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Where its words were looked for.</summary>
    public string Folder { get; }

    public ImmutableArray<string> Words { get; }

    /// <summary>Those of the words that named a file, with its whole path.</summary>
    public ImmutableArray<string> Files { get; }

    /// <param name="text">A program and its arguments.</param>
    /// <param name="folder">Where the words may name files. The program itself runs in another folder.</param>
    /// <exception cref="FormatException">It is not one.</exception>
    public static ProgramLine Parse(string text, string folder)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException($"A command has at most {MaxLength} characters, and none of them is 0.");
        }

        var words = Split(text);
        if (words.IsEmpty || words[0].Length == 0)
        {
            throw new FormatException("The command names no program.");
        }

        // A program is searched for by its name where that has no folder, as shells do.
        var resolved = words.Select((word, at) => at == 0 && !HasFolder(word) ? null : FileIn(folder, word)).ToArray();
        return new ProgramLine(
            text,
            folder,
            [.. words.Select((word, at) => resolved[at] ?? word)],
            [.. resolved.OfType<string>()]);
    }

    /// <summary>What keeps the program from being started, in sentences for a person.</summary>
    /// <param name="find">The path of a program that is searched for by its name.</param>
    public ImmutableArray<string> FindLacks(Func<string, string?> find)
    {
        var program = Words[0];
        var isThere = HasFolder(program) ? File.Exists(program) : find(program) is not null;
        if (!isThere)
        {
            return [$"The program '{program}' of the command '{Text}' is not on this machine. Install it, or write its whole path."];
        }

        return Files.FirstOrDefault(file => !File.Exists(file)) is { } gone
            ? [$"The file {gone}, which the command '{Text}' names, is gone. Put it back, or start the worker with another command."]
            : [];
    }

    private static bool HasFolder(string word) => word.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? FileIn(string folder, string word)
    {
        if (word.Length == 0 || word[0] == '-' || Path.IsPathRooted(word))
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(folder, word));
        return File.Exists(path) ? path : null;
    }

    private static ImmutableArray<string> Split(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        StringBuilder? word = null;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                if (word is not null)
                {
                    words.Add(word.ToString());
                }

                word = null;
            }
            else if (c is '\'' or '"')
            {
                var end = text.IndexOf(c, at + 1);
                if (end < 0)
                {
                    throw new FormatException($"The command '{text}' has a quote {c} that does not end.");
                }

                (word ??= new StringBuilder()).Append(text, at + 1, end - at - 1);
                at = end;
            }
            else if (OfShells.Contains(c, StringComparison.Ordinal) || (c == '~' && word is null))
            {
                throw new FormatException(
                    $"The command '{text}' has a '{c}', which only a shell understands. Put the word in quotes, or call a shell: sh -c '…'.");
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        if (word is not null)
        {
            words.Add(word.ToString());
        }

        return words.ToImmutable();
    }
}
