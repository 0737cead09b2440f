namespace VideoGen.Stages.Speech;

/// <summary>
/// How fast a voice speaks a scene. A voice takes about as long for each sound, so that short words come faster than long ones: at one speed, "the name of
/// the file has to do" has 210 words a minute, and a text of long words 60. Short words are said slower. Long ones are not said faster: they would blur.
/// </summary>
internal static class SpeechPace
{
    /// <summary>The letters of a word at which the usual speed is right: about 152 words a minute.</summary>
    private const double UsualLetters = 4.5;

    /// <summary>Slower would drawl.</summary>
    private const double Slowest = 0.78;

    /// <summary>A digit, and a letter that stands alone and is spelled, take as long as so many letters.</summary>
    private const double LettersOfDigit = 4;
    private const double LettersOfLetter = 2.5;

    /// <summary>Fewer words tell nothing.</summary>
    private const int MinWords = 4;

    /// <summary>The share of the usual speed for what is said in one scene.</summary>
    public static double Of(IEnumerable<string> texts)
    {
        var (words, letters) = (0.0, 0.0);
        foreach (var word in texts.SelectMany(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            var (plain, digits) = (word.Count(char.IsLetter), word.Count(char.IsDigit));
            if (plain + digits > 0)
            {
                words += digits > 0 ? (digits + 1) / 2 : 1;
                letters += (digits * LettersOfDigit) + (plain == 1 && digits == 0 && char.IsUpper(word.First(char.IsLetter)) ? LettersOfLetter : plain);
            }
        }

        return words < MinWords ? 1 : Math.Round(Math.Clamp(letters / words / UsualLetters, Slowest, 1), 2);
    }
}
