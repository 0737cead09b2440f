using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Diagrams;

/// <summary>
/// Draws the diagrams and formulas that a document describes in words, where the program for it is installed. Where it is not, they stay code, and one
/// warning says so.
/// </summary>
internal sealed class DiagramDrawer(MediaToolRunner tools)
{
    /// <summary>The most diagrams of one document.</summary>
    public const int MaxDiagrams = 40;

    /// <summary>The most characters of one.</summary>
    public const int MaxLength = 40_000;

    private readonly ImmutableArray<IDiagramTool> _tools = [new GraphvizTool(tools), new MermaidTool(tools), new MathJaxTool(tools)];

    /// <summary>The outline with pictures in place of the code that was drawn.</summary>
    public async Task<(Outline Outline, ImmutableArray<DrawnDiagram> Drawn, ImmutableArray<string> Warnings)> DrawAsync(
        Outline outline, string folder, CancellationToken cancellationToken)
    {
        var drawn = ImmutableArray.CreateBuilder<DrawnDiagram>();
        var warnings = new List<string>();
        var sections = outline.Sections.ToBuilder();
        var tried = 0;
        for (var i = 0; i < sections.Count; i++)
        {
            var pieces = sections[i].Pieces;
            for (var k = 0; k < pieces.Length && tried < MaxDiagrams; k++)
            {
                if (pieces[k] is CodePiece { Code.Length: <= MaxLength } code && _tools.FirstOrDefault(tool => tool.Draws(code.Language)) is { } tool
                    && await TryDrawAsync(tool, code.Code, folder, ++tried, warnings, cancellationToken).ConfigureAwait(false) is { } diagram)
                {
                    drawn.Add(diagram);
                    pieces = pieces.SetItem(k, new PicturePiece(diagram.Address, "", code));
                }
            }

            sections[i] = sections[i] with { Pieces = pieces };
        }

        return (new Outline(sections.ToImmutable()), drawn.ToImmutable(), [.. warnings.Distinct(StringComparer.Ordinal)]);
    }

    private static async Task<DrawnDiagram?> TryDrawAsync(
        IDiagramTool tool, string source, string folder, int number, List<string> warnings, CancellationToken cancellationToken)
    {
        if (tool.Lack() is { } lack)
        {
            if (tool.IsNeededFor(source))
            {
                warnings.Add($"{tool.Many} are shown as code: {lack}");
            }

            return null;
        }

        try
        {
            return await tool.DrawAsync(source, folder, $"diagram-{number:000}", cancellationToken).ConfigureAwait(false);
        }
        catch (StageFailedException exception)
        {
            warnings.Add($"{tool.One} could not be drawn, and is shown as code: {exception.Message}");
            return null;
        }
    }
}

/// <summary>A program that draws diagrams of one kind.</summary>
internal interface IDiagramTool
{
    /// <summary>What it draws, at the beginning of a sentence.</summary>
    string One { get; }

    /// <summary>The same of several.</summary>
    string Many { get; }

    /// <summary>Whether code of this language is a diagram of this kind.</summary>
    bool Draws(string? language);

    /// <summary>Whether something is lost where this one is not drawn.</summary>
    bool IsNeededFor(string source) => true;

    /// <summary>What is missing to draw, and how to get it; null where nothing is.</summary>
    string? Lack();

    /// <param name="source">The description, as it stands in the document.</param>
    /// <param name="folder">Where the file goes.</param>
    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<DrawnDiagram> DrawAsync(string source, string folder, string name, CancellationToken cancellationToken);
}
