using System.Diagnostics;
using System.Globalization;

namespace VideoGen.Silo.Tests;

/// <summary>Test pictures, made by ffmpeg.</summary>
internal static class TestVideo
{
    /// <summary>Two seconds.</summary>
    public static byte[] Make() => Make(["-f", "lavfi", "-i", "smptebars=size=640x360:rate=10:duration=2", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]);

    /// <summary>A clip in fragments of at most five seconds, with its sound, as scenes have them: each frame is another picture.</summary>
    public static byte[] MakeClip(int frames, int shift = 0, string size = "320x240") => Make(
    [
        "-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"testsrc=size={size}:rate=10,hue=h={shift}"),
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        "-vf", string.Create(CultureInfo.InvariantCulture, $"trim=end_frame={frames}"),
        "-af", string.Create(CultureInfo.InvariantCulture, $"atrim=end_sample={frames * 4800}"),
        "-c:v", "libx264", "-profile:v", "high", "-preset", "ultrafast", "-g", "50", "-x264-params", "scenecut=0:bframes=0", "-pix_fmt", "yuv420p",
        "-c:a", "flac", "-frame_size:a", "4800", "-ac", "2", "-strict", "experimental", "-movflags", "+frag_keyframe+empty_moov+default_base_moof",
    ]);

    private static byte[] Make(string[] what)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.mp4");
        try
        {
            using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-loglevel", "error", .. what, path]))!;
            ffmpeg.WaitForExit();
            Assert.Equal(0, ffmpeg.ExitCode);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
