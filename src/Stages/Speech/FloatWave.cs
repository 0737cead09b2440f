using System.Runtime.InteropServices;

namespace VideoGen.Stages.Speech;

/// <summary>RIFF files with one channel of 32-bit floats, as a synthesizer within this process makes them.</summary>
internal static class FloatWave
{
    public static async Task WriteAsync(string path, float[] samples, int sampleRate, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var head = RiffHead.Of(RiffHead.Float, channels: 1, sampleRate, sizeof(float), samples.Length * sizeof(float));
        await file.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        await file.WriteAsync(MemoryMarshal.AsBytes<float>(samples).ToArray(), cancellationToken).ConfigureAwait(false);
    }
}
