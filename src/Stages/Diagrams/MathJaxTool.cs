using VideoGen.Client.Stages;
using VideoGen.Stages.Dialects;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Diagrams;

/// <summary>Formulas in TeX, drawn by MathJax in Node as SVG. Only the formula reaches the program, by its standard input, and it loads nothing more.</summary>
/// <param name="tools">Runs Node.</param>
/// <param name="script">MathJax's script for Node; null to look for it.</param>
internal sealed class MathJaxTool(MediaToolRunner tools, string? script = null) : IDiagramTool
{
    /// <summary>Names MathJax's script for Node, or the folder of its package, where it is not found by itself.</summary>
    public const string ScriptVariable = "VIDEOGEN_MATHJAX";

    private const string ScriptFile = "formula.cjs";

    /// <summary>
    /// MathJax has a thousand units to the height of a letter. Short formulas keep room around them, so that no slide blows them up.
    /// </summary>
    private const string Script = """
        const fs = require('fs');
        const [, , mathjax, file] = process.argv;
        const least = { width: 19000, height: 6500 }, air = 900;
        require(mathjax).init({
          loader: { load: ['input/tex', 'output/svg'] },
          tex: { packages: { '[-]': ['require', 'autoload', 'noundefined'] } },
          svg: { fontCache: 'none' },
          startup: { typeset: false },
        }).then(async MathJax => {
          const node = await MathJax.tex2svgPromise(fs.readFileSync(0, 'utf8'), { display: true });
          const drawn = MathJax.startup.adaptor.innerHTML(node);
          const svg = drawn.slice(drawn.indexOf('<svg'), drawn.lastIndexOf('</svg>') + 6);
          const wrong = /data-mjx-error="([^"]*)"/.exec(svg);
          if (wrong) throw new Error(wrong[1]);
          const [x, y, w, h] = /viewBox="([^"]*)"/.exec(svg)[1].split(' ').map(Number);
          const width = Math.max(w + 2 * air, least.width), height = Math.max(h + 2 * air, least.height);
          const head = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width / 10}" height="${height / 10}"`
            + ` viewBox="${x - (width - w) / 2} ${y - (height - h) / 2} ${width} ${height}">`;
          fs.writeFileSync(file, head + svg.slice(svg.indexOf('>') + 1).replaceAll('currentColor', '#10161f'));
        }).catch(error => { console.error(error.message); process.exit(1); });
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Version 4, and the package of version 3.</summary>
    private static readonly string[] Entries = ["mathjax/node-main.cjs", "mathjax/es5/node-main.js", "mathjax-full/es5/node-main.js"];

    public string One => "A formula";

    public string Many => "Formulas";

    public bool Draws(string? language) => language == Formulas.Language;

    /// <summary>Nothing is lost where every part of a formula has a sign of its own.</summary>
    public bool IsNeededFor(string source) => TexText.Of(source) is null;

    public string? Lack() => tools.LackOf(MediaTool.Node)
        ?? (FindScript() is null
            ? $"MathJax was not found. Install it with 'npm install --global mathjax', or name the folder of its package in {ScriptVariable}."
            : null);

    public async Task<DrawnDiagram> DrawAsync(string source, string folder, string name, CancellationToken cancellationToken)
    {
        var found = FindScript() ?? throw new StageFailedException("formula.undrawn", Lack() ?? "MathJax was not found.");
        await File.WriteAllTextAsync(Path.Combine(folder, ScriptFile), Script, cancellationToken).ConfigureAwait(false);
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Node,
                Arguments = [ScriptFile, found, name + ".svg"],
                WorkingDirectory = folder,
                Timeout = Timeout,
                Purpose = "Drawing a formula",
                WriteInput = async (stream, token) =>
                {
                    await using var writer = new StreamWriter(stream);
                    await writer.WriteAsync(source.AsMemory(), token).ConfigureAwait(false);
                },
            },
            cancellationToken).ConfigureAwait(false);
        return new DrawnDiagram($"diagram:{name}", Path.Combine(folder, name + ".svg"), "image/svg+xml");
    }

    private string? FindScript() => script ?? NodeModules.Find(ScriptVariable, Entries);
}
