namespace VideoGen.Stages.Speech;

/// <summary>
/// How long a neural voice is to hold its sounds. Each model has a pace of its own, which nothing but its sound tells, so the first sentences of a scene are
/// spoken as a trial, and the synthesizer is told to be slower or faster for all of it.
/// </summary>
internal static class PiperPace
{
    /// <summary>Sounds of the trial; fewer than <see cref="MinSounds"/> tell nothing.</summary>
    public const int TrialSounds = 60;
    public const int MinSounds = 12;

    /// <summary>
    /// Sounds a second at about 152 words a minute: English of usual words (4.5 letters) has 4.16 sounds a word by the phonemes of espeak-ng.
    /// </summary>
    private const double UsualSounds = 10.5;

    /// <summary>145 to 160 words a minute are as good as 152, and the trial need not be spoken again.</summary>
    private const double Tolerance = 0.05;

    /// <summary>Of the model's own pace; beyond it a voice drawls or swallows.</summary>
    private const double Fastest = 0.7;
    private const double Slowest = 1.8;

    /// <param name="own">The length scale that the trial was spoken with, the model's own.</param>
    /// <param name="sounds">Of the trial.</param>
    /// <param name="seconds">That it took, without silence at the ends of its sentences.</param>
    /// <param name="pace">The share of the usual speed at which the scene is to be spoken.</param>
    public static float LengthScale(float own, int sounds, double seconds, double pace)
    {
        if (sounds < MinSounds || !(seconds > 0))
        {
            return own;
        }

        var factor = sounds / seconds / (UsualSounds * pace);
        return Math.Abs(factor - 1) <= Tolerance ? own : (float)(own * Math.Clamp(factor, Fastest, Slowest));
    }
}
