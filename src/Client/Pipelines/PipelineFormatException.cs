using System.Collections.Immutable;
using VideoGen.Tasks.Rules;

namespace VideoGen.Client.Pipelines;

/// <summary>The JSON of a pipeline is no definition of one. The message names each mistake with its place.</summary>
public sealed class PipelineFormatException : FormatException
{
    /// <summary>Mistakes that the message names; of the others it says how many there are.</summary>
    private const int MaxShown = 20;

    public PipelineFormatException(ImmutableArray<PipelineProblem> problems)
        : base(Describe(problems))
    {
        Problems = problems;
    }

    /// <summary>All that were found, each with the place in the JSON.</summary>
    public ImmutableArray<PipelineProblem> Problems { get; }

    private static string Describe(ImmutableArray<PipelineProblem> problems)
    {
        var shown = problems.Take(MaxShown).Select(problem => problem.Path.Length == 0 ? problem.Message : $"{problem.Path}: {problem.Message}");
        var rest = problems.Length > MaxShown ? [$"And {problems.Length - MaxShown} more mistakes."] : Array.Empty<string>();
        return string.Join('\n', shown.Concat(rest));
    }
}
