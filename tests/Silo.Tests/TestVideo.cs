using System.Diagnostics;

namespace VideoGen.Silo.Tests;

/// <summary>Two seconds of a test picture, made by ffmpeg.</summary>
internal static class TestVideo
{
    public static byte[] Make()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.mp4");
        try
        {
            string[] arguments =
            [
                "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "smptebars=size=640x360:rate=10:duration=2",
                "-pix_fmt", "yuv420p", "-movflags", "+faststart", path,
            ];
            using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", arguments))!;
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
