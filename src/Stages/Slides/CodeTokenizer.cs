using System.Collections.Frozen;
using System.Collections.Immutable;

namespace VideoGen.Stages.Slides;

internal enum CodeTokenKind
{
    Plain,
    Keyword,

    /// <summary>A type, by its capital letter, or what is called, by the bracket after it.</summary>
    Name,
    Text,
    Number,
    Comment,
    Punctuation,
}

internal readonly record struct CodeToken(string Text, CodeTokenKind Kind);

/// <summary>
/// Tells words, strings, numbers and comments of common languages apart, well enough to colour them. It knows no grammar: a string ends with its line
/// unless the language says otherwise, and each character is looked at once.
/// </summary>
internal static class CodeTokenizer
{
    private const string Shared =
        "if else for while do switch case default break continue return try catch finally throw new this null true false class struct enum " +
        "interface public private protected static const void import package extends implements abstract final override virtual async await " +
        "yield in is as var let int long float double bool boolean string char byte ";

    private static readonly CodeLanguage CLike = new(
        Shared + "namespace using internal sealed record readonly required init get set ref out foreach where select from unsafe typeof sizeof " +
        "nameof operator template typename auto extern include define function export typeof instanceof delete of undefined type fn mut impl " +
        "trait pub use mod match loop move self Self crate func defer go chan range map make fun val when object data companion suspend " +
        "nil guard extension protocol fallthrough uint ulong short decimal dynamic base lock params with and or not",
        ["//"], ("/*", "*/"), "\"'`");

    private static readonly CodeLanguage Hash = new(
        Shared + "def elif except raise with lambda pass None True False global nonlocal from and or not del assert self print end begin module " +
        "require unless until then elsif rescue ensure puts fi done esac function echo exit local export source set sudo cd apt-get install run " +
        "FROM RUN COPY ENV CMD ENTRYPOINT WORKDIR EXPOSE ARG USER",
        ["#"], null, "\"'");

    private static readonly CodeLanguage Data = new("true false null yes no on off", ["#", "//"], null, "\"'");

    private static readonly CodeLanguage Sql = new(
        "select from where and or not in is null insert into values update set delete create table index view primary key foreign references " +
        "join left right inner outer on group by order having limit as distinct union all begin commit rollback " +
        "transaction alter drop add column constraint default unique case when then else end with exists between like asc desc",
        ["--"], ("/*", "*/"), "'\"", IgnoreCase: true);

    private static readonly CodeLanguage Markup = new("", [], ("<!--", "-->"), "\"'");

    private static readonly CodeLanguage None = new("", [], null, "");

    private static readonly FrozenDictionary<string, CodeLanguage> Languages = Build(
        (CLike, "c cc cpp c++ h hpp cs csharp c# java js javascript ts typescript jsx tsx go golang rust rs swift kotlin kt scala dart php css scss "
            + "proto groovy"),
        (Hash, "py python sh bash zsh shell console ruby rb perl pl r dockerfile docker makefile make cmake powershell ps1 elixir nim julia"),
        (Data, "json json5 jsonc yaml yml toml ini conf env properties hcl terraform"),
        (Sql, "sql sqlite postgres postgresql mysql"),
        (Markup, "html xml svg xaml razor vue csproj"));

    /// <summary>The tokens of each line; together they are the line.</summary>
    public static ImmutableArray<ImmutableArray<CodeToken>> Tokenize(IReadOnlyList<string> lines, string? language)
    {
        var rules = language is not null && Languages.TryGetValue(language.Trim().ToLowerInvariant(), out var known) ? known : None;
        var inComment = false;
        return [.. lines.Select(line => TokenizeLine(line, rules, ref inComment))];
    }

    private static ImmutableArray<CodeToken> TokenizeLine(string line, CodeLanguage rules, ref bool inComment)
    {
        var tokens = ImmutableArray.CreateBuilder<CodeToken>();
        for (var i = 0; i < line.Length;)
        {
            var (length, kind) = Next(line, i, rules, ref inComment);
            tokens.Add(new CodeToken(line.Substring(i, length), kind));
            i += length;
        }

        return tokens.ToImmutable();
    }

    private static (int Length, CodeTokenKind Kind) Next(string line, int start, CodeLanguage rules, ref bool inComment)
    {
        var rest = line.AsSpan(start);
        if (inComment || (rules.Block is { } block && rest.StartsWith(block.Open, StringComparison.Ordinal)))
        {
            var close = rules.Block!.Value.Close;
            var end = rest.IndexOf(close, StringComparison.Ordinal);
            inComment = end < 0;
            return (inComment ? rest.Length : end + close.Length, CodeTokenKind.Comment);
        }

        foreach (var comment in rules.LineComments)
        {
            // A hash inside of a word or an address is none.
            if (rest.StartsWith(comment, StringComparison.Ordinal) && (comment != "#" || start == 0 || char.IsWhiteSpace(line[start - 1])))
            {
                return (rest.Length, CodeTokenKind.Comment);
            }
        }

        if (rules.Quotes.Contains(rest[0], StringComparison.Ordinal))
        {
            return (StringLength(rest), CodeTokenKind.Text);
        }

        if (char.IsAsciiDigit(rest[0]))
        {
            return (CountWhile(rest, c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_'), rules == None ? CodeTokenKind.Plain : CodeTokenKind.Number);
        }

        if (IsWord(rest[0]))
        {
            var length = CountWhile(rest, c => IsWord(c) || char.IsDigit(c));
            return (length, KindOfWord(rest[..length], rest[length..], rules));
        }

        return char.IsWhiteSpace(rest[0])
            ? (CountWhile(rest, char.IsWhiteSpace), CodeTokenKind.Plain)
            : (
                CountWhile(rest[1..], c => !IsWord(c) && !char.IsDigit(c) && !char.IsWhiteSpace(c) && !StartsSomething(c, rules)) + 1,
                rules == None ? CodeTokenKind.Plain : CodeTokenKind.Punctuation);
    }

    private static CodeTokenKind KindOfWord(ReadOnlySpan<char> word, ReadOnlySpan<char> after, CodeLanguage rules) =>
        rules.Keywords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word) ? CodeTokenKind.Keyword
        : rules == None ? CodeTokenKind.Plain
        : after.Length > 0 && after[0] == '(' ? CodeTokenKind.Name
        : char.IsUpper(word[0]) && rules == CLike ? CodeTokenKind.Name
        : CodeTokenKind.Plain;

    private static bool StartsSomething(char c, CodeLanguage rules) => rules.Quotes.Contains(c, StringComparison.Ordinal) || c is '/' or '#' or '-' or '<';

    private static bool IsWord(char c) => char.IsLetter(c) || c == '_';

    /// <summary>Up to the same mark again, without those after a backslash; else the rest of the line.</summary>
    private static int StringLength(ReadOnlySpan<char> rest)
    {
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\')
            {
                i++;
            }
            else if (rest[i] == rest[0])
            {
                return i + 1;
            }
        }

        return rest.Length;
    }

    private static int CountWhile(ReadOnlySpan<char> text, Func<char, bool> accepts)
    {
        var length = 0;
        while (length < text.Length && accepts(text[length]))
        {
            length++;
        }

        return length;
    }

    private static FrozenDictionary<string, CodeLanguage> Build(params ReadOnlySpan<(CodeLanguage Language, string Names)> entries)
    {
        var languages = new Dictionary<string, CodeLanguage>();
        foreach (var (language, names) in entries)
        {
            foreach (var name in names.Split(' '))
            {
                languages.Add(name, language);
            }
        }

        return languages.ToFrozenDictionary();
    }

    private sealed class CodeLanguage(string keywords, string[] lineComments, (string Open, string Close)? block, string quotes, bool IgnoreCase = false)
    {
        public FrozenSet<string> Keywords { get; } = keywords.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenSet(IgnoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

        public string[] LineComments => lineComments;

        public (string Open, string Close)? Block => block;

        public string Quotes => quotes;
    }
}
