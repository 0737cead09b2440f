using System.Collections.Immutable;
using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Commands;

/// <summary>The programs that do stages of a rehearsal, as <c>--exec KIND=COMMAND</c> names them.</summary>
internal static class RehearsedPrograms
{
    /// <exception cref="CommandFailedException">One is written in another way.</exception>
    public static ImmutableSortedDictionary<string, string> Parse(IEnumerable<string> texts) => texts
        .Select(text => text.Split('=', 2) is [{ Length: > 0 } kind, { Length: > 0 } command]
            ? KeyValuePair.Create(kind, command)
            : throw new CommandFailedException(
                ExitCode.BadInput, $"A program of a rehearsal is written KIND=COMMAND, such as render='python3 render.py'; '{text}' is not."))
        .Aggregate(ImmutableSortedDictionary<string, string>.Empty, (programs, program) => programs.SetItem(program.Key, program.Value));
}
