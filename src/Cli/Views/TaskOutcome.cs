using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>How a task ended, in a few lines.</summary>
internal static class TaskOutcome
{
    private const int MaxShown = 10;

    /// <param name="console">The console to write to.</param>
    /// <param name="state">Of a task that ended and did not complete.</param>
    /// <param name="goingOn">The command that goes on with it.</param>
    /// <returns>The exit code.</returns>
    public static int Report(IAnsiConsole console, TaskState state, string goingOn = "The same command")
    {
        WriteWarnings(console, state);
        if (state.Status == RunStatus.Cancelled)
        {
            Terminal.WriteLine(console, $"Task {state.TaskId} is cancelled. {goingOn} goes on from what is completed.");
            return ExitCode.Cancelled;
        }

        foreach (var error in state.PresentErrors.TakeLast(MaxShown))
        {
            Terminal.WriteLine(console, $"error: {error}");
        }

        var ending = state.Status == RunStatus.Failed ? "failed" : $"is {state.Status.ToWireName()}";
        Terminal.WriteLine(console, $"Task {state.TaskId} {ending}. {goingOn} tries again, from the stages that are not completed.");
        return ExitCode.Failed;
    }

    /// <param name="console">The console to write to.</param>
    /// <param name="state">Of the completed task.</param>
    /// <param name="videos">The paths of the videos, that in the document's own language first.</param>
    /// <param name="took">How long all of it took; null when an earlier run had done a part.</param>
    public static void ReportVideo(IAnsiConsole console, TaskState state, IReadOnlyList<string> videos, TimeSpan? took)
    {
        WriteWarnings(console, state);
        var (duration, scenes) = Result(state);
        Terminal.WriteLine(
            console, string.Create(CultureInfo.InvariantCulture, $"{videos[0]}  {StageLine.Format(duration)}, {scenes} scenes, {Megabytes(videos[0]):0.0} MB"));
        foreach (var video in videos.Skip(1))
        {
            Terminal.WriteLine(console, string.Create(CultureInfo.InvariantCulture, $"{video}  {Megabytes(video):0.0} MB"));
        }

        if (took is { } time && duration > TimeSpan.Zero)
        {
            var share = string.Create(CultureInfo.InvariantCulture, $"{time / duration:0.00}");
            Terminal.WriteLine(console, $"Made in {StageLine.Format(time)}, {share} of its playing time");
        }

        if (state.Stages.TryGet(DocumentVideoPipeline.OutputHandling, out var delivery) && delivery.Artifacts.ContainsKey(ArtifactNames.Manifest))
        {
            Terminal.WriteLine(console, $"Captions, thumbnail and manifest {(videos.Count == 1 ? "" : "of each ")}are beside it");
        }
    }

    /// <summary>Says how many warnings the task has.</summary>
    public static void WriteWarnings(IAnsiConsole console, TaskState state)
    {
        if (state.PresentWarnings is { IsEmpty: false } warnings)
        {
            Terminal.WriteLine(console, $"{warnings.Length} warning{(warnings.Length == 1 ? "" : "s")}; see 'videogen describe {state.TaskId}'");
        }
    }

    private static double Megabytes(string file) => new FileInfo(file).Length / 1_000_000.0;

    private static (TimeSpan Duration, int Scenes) Result(TaskState state)
    {
        if (state.Result?.ToElement() is not { ValueKind: JsonValueKind.Object } result)
        {
            return default;
        }

        return (
            result.TryGetProperty("total_duration", out var duration) && duration.TryGetDouble(out var seconds) ? TimeSpan.FromSeconds(seconds) : default,
            result.TryGetProperty("scene_count", out var scenes) && scenes.TryGetInt32(out var count) ? count : 0);
    }
}
