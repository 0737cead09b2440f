using System.Collections.Immutable;
using System.Globalization;

namespace VideoGen.Stages.Piper;

/// <summary>A neural voice in Piper's form: <c>NAME.onnx</c> with <c>NAME.onnx.json</c> beside it.</summary>
/// <param name="Path">Of the model.</param>
/// <param name="Config">What the file beside it says.</param>
/// <param name="Stamp">Length and time of both files, by which a change of them is noticed.</param>
internal sealed record PiperModel(string Path, PiperConfig Config, ModelStamp Stamp)
{
    public const string Ending = ".onnx";

    /// <summary>The most bytes of a model; the largest that Piper publishes has 115 MB.</summary>
    public const long MaxBytes = 512L * 1024 * 1024;

    public string ConfigPath => Path + ".json";

    public string Name => NameOf(Path);

    /// <summary>All that may stand behind <c>#</c>: numbers and names of the speakers; none for a model of one.</summary>
    public ImmutableArray<string> SpeakerNames => Config.SpeakerCount == 1
        ? []
        : [.. Enumerable.Range(0, Config.SpeakerCount).Select(number => number.ToString(CultureInfo.InvariantCulture)), .. Config.Speakers.Keys];

    /// <summary>What a model is called: its file's name without the ending, of which only plain characters stay.</summary>
    public static string NameOf(string path)
    {
        var file = System.IO.Path.GetFileName(path);
        var stem = file.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) ? file[..^Ending.Length] : file;
        return string.Concat(stem.Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '+' ? c : '-'));
    }

    /// <summary>The number of a speaker; null where there is none of that name. The first one speaks where none is named.</summary>
    public long? SpeakerOf(string? named) =>
        named is null ? 0
            : Config.SpeakerCount > 1 && Config.Speakers.TryGetValue(named, out var known) ? known
            : long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Config.SpeakerCount ? number
            : null;
}

/// <summary>Tells one state of the two files of a model from another, without reading them.</summary>
internal readonly record struct ModelStamp(long Length, DateTime Written, long ConfigLength, DateTime ConfigWritten);
