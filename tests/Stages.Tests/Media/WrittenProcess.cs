using System.Diagnostics;
using System.Globalization;

namespace VideoGen.Stages.Tests.Media;

/// <summary>A process that writes its id to a file.</summary>
internal static class WrittenProcess
{
    /// <summary>Waits until the process has begun, and returns its id.</summary>
    public static async Task<int> BeganAsync(string path)
    {
        int id;
        var clock = Stopwatch.StartNew();
        while (!File.Exists(path)
            || !int.TryParse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture, out id))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{Path.GetFileName(path)} was not written.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return id;
    }

    /// <summary>Waits until the process is no more.</summary>
    public static async Task IsGoneAsync(string path)
    {
        var id = await BeganAsync(path);
        var clock = Stopwatch.StartNew();
        while (IsAlive(id))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"The process {Path.GetFileName(path)} is still there.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A zombie, which only waits for its parent to look, is not alive.</summary>
    public static bool IsAlive(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
