using System.Diagnostics;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.JsonFiles;

/// <summary>Runs a few lines of Python: the seed's own way of reading and writing is the standard.</summary>
internal static class Python
{
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", ["-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TZ"] = "Asia/Kolkata" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(process.ExitCode == 0, errors);
        return await output;
    }
}
