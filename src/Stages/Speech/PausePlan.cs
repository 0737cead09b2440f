using VideoGen.Stages.Text;

namespace VideoGen.Stages.Speech;

/// <summary>
/// How long the voice rests behind a sentence: longer where a sentence ends than where it goes on, and long enough that its caption can be read.
/// </summary>
internal static class PausePlan
{
    private const double AfterSentence = 0.45;
    private const double WithinSentence = 0.18;
    private const double MaxPause = 4;

    /// <summary>Letters a second at which captions are read without haste, and a little under it, since captions part.</summary>
    private const double ReadingSpeed = 15.5;

    /// <summary>No caption is there for less.</summary>
    private const double MinShown = 0.95;

    /// <param name="text">As the caption shows it.</param>
    /// <param name="spoken">Seconds.</param>
    public static double After(string text, double spoken)
    {
        var rest = text.TrimEnd() is [.., ',' or ';' or '，' or '、'] ? WithinSentence : AfterSentence;
        var shown = Math.Max(MinShown, TextWidth.Of(text) / ReadingSpeed);
        return Math.Clamp(shown - spoken, rest, MaxPause);
    }
}
