using VideoGen.Stages.Media;

namespace VideoGen.Stages.Diagrams;

/// <summary>Graphs in the language of Graphviz, drawn as SVG. Only the description reaches the program, by its standard input.</summary>
internal sealed class GraphvizTool(MediaToolRunner tools) : IDiagramTool
{
    /// <summary>A graph that takes longer would be too dense to be read.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public string One => "A diagram in Graphviz";

    public string Many => "Diagrams in Graphviz";

    public bool Draws(string? language) => language is "dot" or "graphviz" or "gv";

    public string? Lack() => tools.LackOf(MediaTool.Graphviz);

    public async Task<DrawnDiagram> DrawAsync(string source, string folder, string name, CancellationToken cancellationToken)
    {
        // A graph may name files of pictures and of fonts; with no image path of its own, it finds none.
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Graphviz,
                Arguments =
                [
                    "-Tsvg", "-Gimagepath=", "-Gbgcolor=transparent", "-Gfontname=Inter", "-Nfontname=Inter", "-Efontname=Inter", "-Nshape=box",
                    "-Nstyle=rounded", "-Npenwidth=1.5", "-o", name + ".svg",
                ],
                WorkingDirectory = folder,
                Timeout = Timeout,
                Purpose = "Drawing a graph",
                WriteInput = async (stream, token) =>
                {
                    await using var writer = new StreamWriter(stream);
                    await writer.WriteAsync(source.AsMemory(), token).ConfigureAwait(false);
                },
            },
            cancellationToken).ConfigureAwait(false);
        return new DrawnDiagram($"diagram:{name}", Path.Combine(folder, name + ".svg"), "image/svg+xml");
    }
}
