using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Scenes;

/// <summary>How much a slide of this video can show in letters that can be read: measured on the very sheet that it is drawn on.</summary>
internal sealed class SlideRoom : IDisposable
{
    /// <summary>The size of code that parts are made for; a part may be drawn a little smaller.</summary>
    private const float CodeSize = 31;
    private const float CodeLetter = 0.6f;
    private const float CodeLine = 1.46f;
    private const float CodePadding = 80;

    private readonly SlideFonts _fonts;
    private readonly SlideSheet _sheet;
    private readonly VideoConfig _config;

    public SlideRoom(VideoConfig config)
    {
        _config = config;
        _fonts = new SlideFonts(config.Language);
        var theme = SlideTheme.Of(config.AccentColor, config.Theme);
        _sheet = new SlideSheet(config.Width, config.Height, theme, new TextShaper(_fonts, theme));
    }

    public void Dispose() => _fonts.Dispose();

    /// <summary>The letters and the rows of code that the slide of a scene has room for.</summary>
    public (int Columns, int Rows) CodeRoom(Scene scene)
    {
        var box = SlideComposer.BodyOf(_sheet, _config, scene);
        return ((int)((box.Width - CodePadding) / (CodeSize * CodeLetter)), Math.Max(3, (int)((box.Height - CodePadding) / (CodeSize * CodeLine))));
    }

    /// <summary>Whether the table of a scene can be seen whole.</summary>
    public bool Fits(Scene scene) =>
        ChartData.Of(scene, _config.Language) is not null || TablePage.Of(_sheet, scene, SlideComposer.BodyOf(_sheet, _config, scene)).Fits;
}
