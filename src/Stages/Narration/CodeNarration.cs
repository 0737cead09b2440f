using System.Text.RegularExpressions;
using VideoGen.Stages.Dialects;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Narration;

/// <summary>What is said about code: its language, and what its first comment says it does. Code is never read out token by token.</summary>
internal static partial class CodeNarration
{
    private static readonly Dictionary<string, string> Languages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["c"] = "C",
        ["cpp"] = "C++",
        ["c++"] = "C++",
        ["cs"] = "C#",
        ["csharp"] = "C#",
        ["css"] = "CSS",
        ["dart"] = "Dart",
        ["diff"] = "a diff",
        ["dockerfile"] = "a Dockerfile",
        ["elixir"] = "Elixir",
        ["erlang"] = "Erlang",
        ["fsharp"] = "F#",
        ["go"] = "Go",
        ["golang"] = "Go",
        ["haskell"] = "Haskell",
        ["html"] = "HTML",
        ["java"] = "Java",
        ["javascript"] = "JavaScript",
        ["js"] = "JavaScript",
        ["json"] = "JSON",
        ["jsx"] = "JavaScript",
        ["kotlin"] = "Kotlin",
        ["lua"] = "Lua",
        ["makefile"] = "a makefile",
        ["perl"] = "Perl",
        ["php"] = "PHP",
        ["powershell"] = "PowerShell",
        ["py"] = "Python",
        ["python"] = "Python",
        ["r"] = "R",
        ["razor"] = "Razor",
        ["rb"] = "Ruby",
        ["ruby"] = "Ruby",
        ["rs"] = "Rust",
        ["rust"] = "Rust",
        ["scala"] = "Scala",
        ["sql"] = "SQL",
        ["swift"] = "Swift",
        ["toml"] = "TOML",
        ["ts"] = "TypeScript",
        ["tsx"] = "TypeScript",
        ["typescript"] = "TypeScript",
        ["xml"] = "XML",
        ["yaml"] = "YAML",
        ["yml"] = "YAML",
    };

    private static readonly HashSet<string> Shells = new(StringComparer.OrdinalIgnoreCase)
    {
        "sh", "bash", "zsh", "fish", "shell", "console", "terminal", "cmd", "bat", "ps1", "powershell",
    };

    private static readonly HashSet<string> Diagrams = new(StringComparer.OrdinalIgnoreCase) { "mermaid", "plantuml", "dot", "graphviz", "ditaa" };

    private static readonly HashSet<string> PlainTexts = new(StringComparer.OrdinalIgnoreCase) { "text", "txt", "plain", "plaintext", "output", "log", "none" };

    public static IEnumerable<string> Describe(Scene scene, Scene? before)
    {
        if (before is { Kind: SceneKind.Code } && before.Title == scene.Title && before.Language == scene.Language)
        {
            yield return "The example goes on.";
        }
        else
        {
            yield return Introduce(scene);
        }

        if (CommentOf(scene.Code ?? "") is { } comment)
        {
            yield return comment;
        }
    }

    private static string Introduce(Scene scene)
    {
        var lines = (scene.Code ?? "").Split('\n').Count(line => line.Trim().Length > 0);
        return scene.Language switch
        {
            "math" => FormulaOf(scene.Code ?? ""),
            { } diagram when Diagrams.Contains(diagram) => "Here it is as a diagram.",
            { } shell when Shells.Contains(shell) => lines == 1 ? "This is the command." : "These are the commands.",
            { } language when Languages.TryGetValue(language, out var name) =>
                name.StartsWith("a ", StringComparison.Ordinal) ? $"Here is {name}." : $"Here is how it looks in {name}.",
            { } plain when PlainTexts.Contains(plain) => "This is what it looks like.",
            _ => lines == 1 ? "This is the line." : "Here is how it looks.",
        };
    }

    /// <summary>A short formula is said; of a long one it is said that it is there.</summary>
    private static string FormulaOf(string tex)
    {
        const int MaxSaid = 60;
        return TexText.Of(tex) is { Length: <= MaxSaid } text ? $"Here is the formula: {text}." : "Here is the formula.";
    }

    /// <summary>The first comment that reads like a sentence.</summary>
    private static string? CommentOf(string code)
    {
        var words = new List<string>();
        foreach (var line in code.Split('\n'))
        {
            var comment = Comment().Match(line);
            if (comment.Success && comment.Groups["words"].Value.Count(c => c == ' ') + words.Count > 0)
            {
                words.Add(comment.Groups["words"].Value.Trim());
            }
            else if (words.Count > 0)
            {
                break;
            }
        }

        var text = string.Join(' ', words);
        return text.Count(char.IsLetter) > text.Length / 2 && text.Contains(' ', StringComparison.Ordinal) ? char.ToUpperInvariant(text[0]) + text[1..] : null;
    }

    [GeneratedRegex(
        @"^\s*(?://+!?|#+|--|;+|/\*+)\s*(?!(?:!|region|pragma|include|define|if|endif|<|@|=|-|\*))(?<words>\p{L}[^<>{};=]*?)\s*(?:\*/)?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();
}
