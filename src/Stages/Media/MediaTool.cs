namespace VideoGen.Stages.Media;

/// <summary>A program that the stages run.</summary>
/// <param name="Program">The name of its file.</param>
/// <param name="Package">The package that brings it, by the name that Debian, Ubuntu, Fedora and Homebrew share.</param>
internal sealed record MediaTool(string Program, string Package)
{
    public static readonly MediaTool Ffmpeg = new("ffmpeg", "ffmpeg");

    public static readonly MediaTool Ffprobe = new("ffprobe", "ffmpeg");

    public static readonly MediaTool EspeakNg = new("espeak-ng", "espeak-ng");

    public static readonly MediaTool Graphviz = new("dot", "graphviz");

    public static readonly MediaTool Chromium = new("chromium", "chromium");

    public static readonly MediaTool Node = new("node", "nodejs");

    public static readonly MediaTool Tesseract = new("tesseract", "tesseract-ocr");

    public static readonly MediaTool Festival = new("festival", "festival");

    /// <summary>Puts a program at the head of its own process group, so that whatever it starts can be ended with it. Part of util-linux.</summary>
    public static readonly MediaTool Setsid = new("setsid", "util-linux");

    /// <summary>Asks the kernel to end a program when the process that started it dies. Part of util-linux.</summary>
    public static readonly MediaTool Setpriv = new("setpriv", "util-linux");
}
