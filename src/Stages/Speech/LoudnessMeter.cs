namespace VideoGen.Stages.Speech;

/// <summary>
/// Integrated loudness after ITU-R BS.1770-4, of 48 kHz sound that is played on both sides of a stereo pair: K-weighting, blocks of 400 ms
/// every 100 ms, an absolute gate at −70 LUFS and a relative one 10 LU below the mean of what passed.
/// </summary>
internal sealed class LoudnessMeter
{
    public const int SampleRate = 48_000;

    private const int StepLength = SampleRate / 10;
    private const int StepsPerBlock = 4;
    private const double AbsoluteGate = -70;
    private const double RelativeGate = -10;

    private readonly List<double> _steps = [];
    private Biquad _shelf = new(1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585);
    private Biquad _highPass = new(1, -2, 1, -1.99004745483398, 0.99007225036621);
    private double _sum;
    private int _count;

    public void Add(ReadOnlySpan<float> samples)
    {
        foreach (var sample in samples)
        {
            var weighted = _highPass.Next(_shelf.Next(sample));
            _sum += weighted * weighted;
            if (++_count == StepLength)
            {
                _steps.Add(_sum);
                _sum = 0;
                _count = 0;
            }
        }
    }

    /// <summary>In LUFS; null where nothing was loud enough to pass the gate.</summary>
    public double? Integrated()
    {
        var blocks = new List<double>();
        for (var i = 0; i + StepsPerBlock <= _steps.Count; i++)
        {
            var power = (_steps[i] + _steps[i + 1] + _steps[i + 2] + _steps[i + 3]) / (StepsPerBlock * StepLength);
            if (ToLoudness(power) > AbsoluteGate)
            {
                blocks.Add(power);
            }
        }

        if (blocks.Count == 0)
        {
            return null;
        }

        var gate = ToLoudness(blocks.Average()) + RelativeGate;
        return ToLoudness(blocks.Where(power => ToLoudness(power) > gate).Average());
    }

    /// <summary>The same sound on two channels has twice the power.</summary>
    private static double ToLoudness(double power) => -0.691 + (10 * Math.Log10(2 * power));

    private struct Biquad(double b0, double b1, double b2, double a1, double a2)
    {
        private double _x1;
        private double _x2;
        private double _y1;
        private double _y2;

        public double Next(double x)
        {
            var y = (b0 * x) + (b1 * _x1) + (b2 * _x2) - (a1 * _y1) - (a2 * _y2);
            (_x2, _x1) = (_x1, x);
            (_y2, _y1) = (_y1, y);
            return y;
        }
    }
}
