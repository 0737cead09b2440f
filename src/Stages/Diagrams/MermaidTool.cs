using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Diagrams;

/// <summary>Diagrams in the language of Mermaid, drawn by its own script in a browser without a window and without a network.</summary>
internal sealed class MermaidTool(MediaToolRunner tools) : IDiagramTool
{
    /// <summary>Names the script where it is not found by itself.</summary>
    public const string ScriptVariable = "VIDEOGEN_MERMAID";

    private const string Page = """
        <!doctype html><meta charset="utf-8">
        <style>html,body{margin:0;background:#fff}#d{width:1600px;height:900px;display:flex;align-items:center;justify-content:center}
        #d svg{width:1560px!important;height:860px!important;max-width:none!important}</style>
        <div id="d"></div><script src="mermaid.min.js"></script>
        <script>
        mermaid.initialize({startOnLoad:false,securityLevel:'strict',theme:'neutral',fontFamily:'Inter, sans-serif',flowchart:{htmlLabels:false}});
        mermaid.render('g', SOURCE).then(r => { document.getElementById('d').innerHTML = r.svg; document.title = 'done'; })
          .catch(() => { document.title = 'failed'; });
        </script>
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public string One => "A diagram in Mermaid";

    public string Many => "Diagrams in Mermaid";

    public bool Draws(string? language) => language is "mermaid" or "mmd";

    public string? Lack() => tools.LackOf(MediaTool.Chromium)
        ?? (Script() is null ? $"its script was not found. Install it with 'npm install --global mermaid', or name mermaid.min.js in {ScriptVariable}." : null);

    public async Task<DrawnDiagram> DrawAsync(string source, string folder, string name, CancellationToken cancellationToken)
    {
        var work = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.Copy(Script()!, Path.Combine(work, "mermaid.min.js"), overwrite: true);

        // As a literal of JSON, in which no tag of HTML can end.
        var literal = JsonSerializer.Serialize(source);
        await File.WriteAllTextAsync(Path.Combine(work, "page.html"), Page.Replace("SOURCE", literal, StringComparison.Ordinal), cancellationToken)
            .ConfigureAwait(false);
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Chromium,
                Arguments =
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1600,900",
                    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--disable-background-networking", "--no-first-run",
                    "--user-data-dir=profile", "--virtual-time-budget=15000", "--screenshot=picture.png", "page.html",
                ],
                WorkingDirectory = work,
                Timeout = Timeout,
                Purpose = "Drawing a diagram",
            },
            cancellationToken).ConfigureAwait(false);
        var picture = Path.Combine(work, "picture.png");
        return File.Exists(picture) && DiagramBounds.Crop(picture) is { } cropped
            ? new DrawnDiagram($"diagram:{name}", cropped, "image/png")
            : throw new StageFailedException("diagram.empty", "nothing was drawn; its description may be wrong.");
    }

    private static string? Script() => NodeModules.Find(ScriptVariable, "mermaid/dist/mermaid.min.js");
}
