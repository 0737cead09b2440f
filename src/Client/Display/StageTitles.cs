using System.Collections.Frozen;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Display;

/// <summary>What people call the stages: the titles of the Python system before this one, and for all others the name in words.</summary>
public static class StageTitles
{
    private static readonly FrozenDictionary<string, string> Titles = new Dictionary<string, string>
    {
        ["input_adaptation"] = "Preparation",
        ["content_parsing"] = "Scenes",
        ["script_generation"] = "Narration",
        ["audio_generation"] = "Synthesis",
        ["video_generation"] = "Composition",
        ["output_handling"] = "Finalization",
        ["validation"] = "Validation",
        ["translation"] = "Translation",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of the stage, or of the group that it is a member of.</summary>
    public static string Of(StageName stage)
    {
        var kind = stage.Kind;
        return Titles.TryGetValue(kind, out var title) ? title : InWords(kind);
    }

    /// <summary>Of the stage that a task calls its current one; whoever saves a task may write there what is no name.</summary>
    public static string Of(string currentStage) => StageName.TryParse(currentStage, out var stage, out _) ? Of(stage) : InWords(currentStage);

    /// <summary>Of a member within its group: <c>scene-03</c> is Scene 3.</summary>
    public static string OfMember(StageName stage) => stage.Unit is { } unit ? InWords(unit) : Of(stage);

    /// <summary>Where no group stands around it: <c>Synthesis (Scene 3)</c>.</summary>
    public static string InText(StageName stage) => stage.Unit is null ? Of(stage) : $"{Of(stage)} ({OfMember(stage)})";

    /// <summary>An error or a warning of a task, which begins with the name of a stage when it is of one: with its title there.</summary>
    public static string InMessage(string message, StageMap stages)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(stages);
        var end = message.IndexOf(": ", StringComparison.Ordinal);
        return end > 0 && StageName.TryParse(message[..end], out var stage, out _) && stages.Contains(stage)
            ? $"{InText(stage)}{message.AsSpan(end)}"
            : message;
    }

    private static string InWords(string name)
    {
        var words = name
            .Split(['_', '-'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => int.TryParse(word, out var number) ? $"{number}" : word)
            .ToArray();
        return words.Length == 0 ? name : $"{char.ToUpperInvariant(words[0][0])}{words[0][1..]}{string.Concat(words.Skip(1).Select(word => $" {word}"))}";
    }
}
