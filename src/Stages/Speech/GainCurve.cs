namespace VideoGen.Stages.Speech;

/// <summary>
/// Amplifies a whole sound by a factor, and turns it down around the few peaks that would pass the ceiling: within 2 ms before, and slowly back up after.
/// Nothing is clipped: between two blocks the volume changes in a straight line, both of whose ends suit the block's highest peak.
/// </summary>
internal static class GainCurve
{
    /// <summary>−2 dBFS. Speech has next to nothing near half of the sampling rate, so that its true peaks stay below −1 dBTP.</summary>
    public const double Ceiling = 0.794;

    private const int BlockLength = LoudnessMeter.SampleRate / 500;

    /// <summary>How much the volume comes back in a block: from half to whole in about 100 ms.</summary>
    private const double ReleaseStep = 0.01;

    public static void Apply(Span<float> samples, double gain)
    {
        var before = Wanted(samples, 0, gain);
        for (var start = 0; start < samples.Length; start += BlockLength)
        {
            var block = samples.Slice(start, Math.Min(BlockLength, samples.Length - start));
            var next = Wanted(samples, start + BlockLength, gain);
            var after = Math.Min(before + ReleaseStep, Math.Min(next, Wanted(block, 0, gain)));
            var step = (after - before) / BlockLength;
            for (var i = 0; i < block.Length; i++)
            {
                block[i] = (float)(block[i] * gain * (before + (step * i)));
            }

            before = after;
        }
    }

    /// <summary>The factor that brings the block at <paramref name="start"/> under the ceiling.</summary>
    private static double Wanted(ReadOnlySpan<float> samples, int start, double gain)
    {
        if (start >= samples.Length)
        {
            return 1;
        }

        var peak = 0f;
        foreach (var sample in samples.Slice(start, Math.Min(BlockLength, samples.Length - start)))
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }

        return peak * gain > Ceiling ? Ceiling / (peak * gain) : 1;
    }
}
